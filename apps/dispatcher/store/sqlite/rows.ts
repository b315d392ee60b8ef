import type {
  Attempt,
  Delivery,
  DeliveryOrder,
  DeliveryState,
  EventFlag,
  IdPrefix,
  ReceivedEvent,
} from "@hookgate/types";

/** States as the file has them; its partial indexes name 0 and 2. */
export const STATE_CODES = {
  waiting: 0,
  running: 1,
  delivered: 2,
  dead: 3,
  cancelled: 4,
} as const satisfies Record<DeliveryState, number>;

const STATES = Object.keys(STATE_CODES) as DeliveryState[];

const FLAG_BITS: readonly [EventFlag, number][] = [
  ["unreadable", 1],
  ["key_reused", 2],
  ["not_intact", 4],
  ["address_shadow", 8],
  ["released", 16],
];

const ID_PATTERN = /^(?:evt|dlv|qtn|rpl)_[0-9a-f]{32}$/;

/** Bytes of an id, and of the time that it begins with. */
const ID_BYTES = 16;
const TIME_BYTES = 6;

/** Columns of a delivery without its attempts. */
export const DELIVERY_COLUMNS = `d.row, d.id, d.event_id, d.subscription, d.generation, d.replay_of,
  d.state, d.next_at, d.attempt, d.attempt_base, d.interruptions, d.suspect, d.reason, d.order_key,
  d.position, d.replay`;

/** Columns of an event without headers and body. */
export const SUMMARY_COLUMNS = `e.row, e.id AS event_id, e.source, e.provider, e.type,
  e.provider_type, e.received_at, e.provider_event_id, e.secret_id, e.address, e.address_chain,
  e.flags, e.body_sha256`;

/** A row of `node:sqlite`. */
export type Row = Record<string, null | number | bigint | string | Uint8Array>;

/** Whether `id` is `prefix`, `_` and 32 hexadecimal digits. */
export function isId(id: string, prefix: IdPrefix): boolean {
  return id.startsWith(prefix) && ID_PATTERN.test(id);
}

/** The 16 bytes of an id. */
export function packId(id: string): Uint8Array {
  return Buffer.from(id.slice(4), "hex");
}

/** The id whose 16 bytes these are. */
export function unpackId(prefix: IdPrefix, bytes: unknown): string {
  return `${prefix}_${Buffer.from(bytes as Uint8Array).toString("hex")}`;
}

/** The least id that bears this time, in milliseconds since 1970. */
export function idAtTime(timeMs: number): Uint8Array {
  const id = Buffer.alloc(ID_BYTES);
  id.writeUIntBE(Math.min(Math.max(0, Math.ceil(timeMs)), 2 ** 48 - 1), 0, TIME_BYTES);
  return id;
}

/** Flags as a number. */
export function packFlags(flags: readonly EventFlag[]): number {
  let bits = 0;
  for (const [flag, bit] of FLAG_BITS) if (flags.includes(flag)) bits |= bit;
  return bits;
}

/** A delivery from {@linkcode DELIVERY_COLUMNS}, with its attempts where `attempts` was selected too. */
export function readDelivery(row: Row): Delivery {
  return {
    id: unpackId("dlv", row["id"]),
    eventId: unpackId("evt", row["event_id"]),
    subscription: row["subscription"] as string,
    generation: row["generation"] as number,
    replayOf: row["replay_of"] === null ? null : unpackId("dlv", row["replay_of"]),
    state: STATES[row["state"] as number] as DeliveryState,
    nextAttemptAt: row["next_at"] as number | null,
    attempt: row["attempt"] as number,
    attemptBase: row["attempt_base"] as number,
    interruptions: row["interruptions"] as number,
    suspect: row["suspect"] === 1,
    reason: row["reason"] as string,
    attempts: row["attempts"] === undefined ? [] : readAttempts(row["attempts"]),
    order: readOrder(row),
    replay: row["replay"] === null ? null : unpackId("rpl", row["replay"]),
  };
}

/** A delivery's place in its order, from `order_key` and `position`. */
export function readOrder(row: Row): DeliveryOrder | null {
  if (row["order_key"] === null) return null;
  return { key: row["order_key"] as string, position: row["position"] as number };
}

/** Attempts from their column. */
export function readAttempts(column: unknown): Attempt[] {
  return column === "[]" ? [] : (JSON.parse(column as string) as Attempt[]).map(withResponse);
}

/** An event from {@linkcode SUMMARY_COLUMNS}. */
export function readSummary(row: Row): Omit<ReceivedEvent, "headers" | "body"> {
  const bits = row["flags"] as number;
  return {
    id: unpackId("evt", row["event_id"]),
    source: row["source"] as string,
    provider: row["provider"] as string,
    type: row["type"] as string,
    providerType: row["provider_type"] as string,
    receivedAt: row["received_at"] as number,
    providerEventId: row["provider_event_id"] as string,
    secretId: row["secret_id"] as string,
    address: row["address"] as string,
    addressChain: row["address_chain"] as string,
    bodySha256: row["body_sha256"] as Uint8Array,
    flags: FLAG_BITS.filter(([, bit]) => (bits & bit) !== 0).map(([flag]) => flag),
  };
}

/** An event from {@linkcode SUMMARY_COLUMNS}, `headers` and `body`. */
export function readEvent(row: Row): ReceivedEvent {
  return {
    ...readSummary(row),
    headers: row["headers"] as Uint8Array,
    body: row["body"] as Uint8Array,
  };
}

/** Version 1 of the schema had no responses. */
function withResponse(attempt: Attempt): Attempt {
  return { ...attempt, response: attempt.response ?? null };
}
