import type { HandshakeSeen, SecretUse } from "@hookgate/types";

/** How many secrets of a source's enrolments are kept: the one in use and the previous one. */
export const ENROLLED_SECRETS_MAX = 2;

/** State of the queue, for health. */
export interface QueueState {
  /** Deliveries waiting or running, counted up to QUEUE_SIZE_MAX. */
  size: number;
  /** The earliest `nextAttemptAt` of a waiting delivery of an unpaused subscription; null if there is none. */
  oldestDueAt: number | null;
  /** When a delivery last ended `delivered`; null if none has. */
  lastProcessedAt: number | null;
}

/** A source whose secret is delivered by a handshake. */
export interface Enrolment {
  source: string;
  /** When it closes, in milliseconds since 1970; null if it is not open. */
  openUntil: number | null;
  secrets: readonly string[];
  /** Where each of the secrets came from, in the same order; null if that is not known. */
  deliveries: readonly (EnrolmentDelivery | null)[];
}

/** Where a secret came from. */
export interface EnrolmentDelivery {
  /** The address that sent it. */
  address: string;
  /** In milliseconds since 1970. */
  at: number;
}

/** A secret that a handshake delivers. */
export interface DeliveredSecret {
  source: string;
  secret: string;
  /** The word in the URL of the handshake. */
  word: string;
  /** The address that sent it. */
  address: string;
}

/** What is recorded beside events: secrets in use, handshakes, enrolments. Each write is one durable transaction. */
export interface Bookkeeping {
  /** The state of the queue. */
  queueState(): Promise<QueueState>;

  /** Adds to the uses of secrets: counts are summed, first and last use widened. */
  recordSecretUses(uses: readonly SecretUse[]): Promise<void>;

  /** All recorded uses, by source and secret. */
  secretUses(): Promise<SecretUse[]>;

  /** Keeps, for each source, the last handshake that succeeded and the last one that failed. */
  recordHandshakes(seen: readonly HandshakeSeen[]): Promise<void>;

  /** The recorded handshakes by source, a failed one before one that succeeded. */
  handshakes(): Promise<HandshakeSeen[]>;

  /** Opens a source's enrolment until then, to who knows the word; a past time closes it. */
  openEnrolment(options: { source: string; until: number; word: string }): Promise<void>;

  /** Closes a source's enrolment and forgets its secrets. Returns how many there were. */
  revokeEnrolment(source: string): Promise<number>;

  /**
   * Keeps a secret that a handshake delivered if the source's enrolment is open and has this word, and closes it. Returns
   * whether it was kept: of two secrets that arrive at once one is.
   */
  enrol(options: DeliveredSecret): Promise<boolean>;

  /**
   * The enrolments that are open or have delivered, by source: until when they are open (the store's clock), and the
   * distinct secrets they delivered, latest last, at most ENROLLED_SECRETS_MAX of a source.
   */
  enrolments(): Promise<readonly Enrolment[]>;
}
