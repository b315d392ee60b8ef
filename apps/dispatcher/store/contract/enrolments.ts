import { ENROLLED_SECRETS_MAX, type Enrolment, type EnrolmentDelivery } from "./bookkeeping.ts";

/** A secret as it is stored; earlier versions stored it alone. */
export type StoredSecret = string | ({ secret: string } & EnrolmentDelivery);

/** The secrets of a source after one was delivered: distinct, latest last, the oldest dropped past the bound. */
export function keepEnrolled(
  stored: readonly StoredSecret[],
  delivered: Exclude<StoredSecret, string>,
): StoredSecret[] {
  const others = stored.filter((other) => secretOf(other) !== delivered.secret);
  return [...others, delivered].slice(-ENROLLED_SECRETS_MAX);
}

/** What is stored of a source's enrolment. */
export interface StoredEnrolment {
  source: string;
  /** 0 once closed. */
  openUntil: number;
  secrets: readonly StoredSecret[];
}

/** The stored enrolments that are open or have delivered, as they are at `now`. */
export function currentEnrolments(stored: readonly StoredEnrolment[], now: number): Enrolment[] {
  return stored
    .map(({ source, openUntil, secrets }) => ({
      source,
      openUntil: openUntil > now ? openUntil : null,
      secrets: secrets.map(secretOf),
      deliveries: secrets.map(deliveryOf),
    }))
    .filter(({ openUntil, secrets }) => openUntil !== null || secrets.length > 0);
}

function secretOf(stored: StoredSecret): string {
  return typeof stored === "string" ? stored : stored.secret;
}

function deliveryOf(stored: StoredSecret): EnrolmentDelivery | null {
  return typeof stored === "string" ? null : { address: stored.address, at: stored.at };
}
