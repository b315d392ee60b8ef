import type { NotifyConfig, Recipient } from "@hookgate/config";
import type { NoticeKind } from "@hookgate/types";
import type { Matter } from "./matters.ts";
import {
  NOTICE_KEPT_MS,
  NOTICES_MAX,
  type Notice,
  type NoticeBook,
  type RecipientState,
} from "./notice_book.ts";

/** At most one message in this time goes to a recipient, in milliseconds: what comes meanwhile is told together. */
export const MESSAGE_EVERY_MS = 300_000;

/** What may come back is over only when it has been gone for so long, in milliseconds. */
const GONE_MS: Partial<Record<NoticeKind, number>> = { breaker: 300_000, disk: 300_000 };

/** What often ends by itself is told only when it has lasted so long, in milliseconds. */
const LASTS_MS: Partial<Record<NoticeKind, number>> = { breaker: 60_000 };

/** Waits after tries that failed, in milliseconds. */
const AGAIN_MS = { first: 30_000, max: 3_600_000 };

/** How long a sender has the word, in milliseconds: more than the longest try takes. */
export const CLAIM_MS = 60_000;

/** A recipient that was never told anything. */
const FRESH: RecipientState = { sentAt: null, failures: 0, error: "", nextAt: 0, claim: null };

/** One thing that a message tells: that it began, that it is over, or both. */
export interface Told {
  notice: Notice;
  what: "began" | "over" | "passed";
}

/** Follows what is so now: notices begin, go, come back and end. Pure. */
export function followMatters(
  book: NoticeBook,
  matters: readonly Matter[],
  { recipients, now }: Pick<NotifyConfig, "recipients"> & { now: number },
): NoticeBook {
  const present = new Map(matters.map((matter) => [keyOf(matter), matter]));
  const followed = book.notices.flatMap((notice) => {
    const matter = notice.endedAt === null ? present.get(keyOf(notice)) : undefined;
    return followOne(notice, matter, now);
  });
  const open = new Set(followed.filter(isOpen).map(keyOf));
  const begun = matters.flatMap((matter) => {
    if (open.has(keyOf(matter)) || matter.isOld) return [];
    return begin(matter, { recipients, now, after: lastEndOf(followed, matter) });
  });
  const names = new Set(recipients.map(({ name }) => name));
  const kept = keep([...followed, ...begun], now).map((notice) => only(names, notice));
  const states = recipients.map(({ name }) => [name, book.recipients[name] ?? FRESH]);
  return { notices: kept, recipients: Object.fromEntries(states) };
}

/** What a recipient has to be told now; nothing while it has to wait, or somebody tells it. Pure. */
export function toTell(book: NoticeBook, { name }: Pick<Recipient, "name">, now: number): Told[] {
  const { nextAt, failures, claim } = book.recipients[name] ?? FRESH;
  // A clock that was set back must not hold anything up.
  const isLater = (at: number, mostMs: number) => at > now && at <= now + mostMs;
  if (isLater(nextAt, failures === 0 ? MESSAGE_EVERY_MS : AGAIN_MS.max)) return [];
  if (claim !== null && isLater(claim.until, CLAIM_MS)) return [];
  return book.notices.flatMap((notice): Told[] => {
    if (notice.endUntold.includes(name)) return [{ notice, what: "over" }];
    // One of a time to come began before the clock was set back.
    const lastsMs = Math.abs(now - notice.beganAt);
    if (!notice.untold.includes(name) || lastsMs < (LASTS_MS[notice.kind] ?? 0)) return [];
    return [{ notice, what: notice.endedAt === null ? "began" : "passed" }];
  });
}

/** Gives the word to one sender. */
export function claimTelling(
  book: NoticeBook,
  name: string,
  { token, now }: { token: string; now: number },
): NoticeBook {
  return withState(book, name, { claim: { token, until: now + CLAIM_MS } });
}

/** Options for {@linkcode endTelling}. */
export interface EndTellingOptions {
  token: string;
  told: readonly Told[];
  /** Why the message could not be sent; null if it was. */
  error: string | null;
  /** How long the recipient asks us to wait, in milliseconds. @default {0} */
  retryAfterMs?: number;
  now: number;
  /** @default {MESSAGE_EVERY_MS} */
  everyMs?: number;
}

/** Writes down what became of a message; null if another sender has the word by now. Pure. */
export function endTelling(
  book: NoticeBook,
  name: string,
  { token, told, error, retryAfterMs = 0, now, everyMs = MESSAGE_EVERY_MS }: EndTellingOptions,
): NoticeBook | null {
  const { claim, failures } = book.recipients[name] ?? FRESH;
  if (claim?.token !== token) return null;
  if (error !== null) {
    const waitMs = Math.max(retryAfterMs, AGAIN_MS.first * 2 ** failures);
    return withState(book, name, {
      failures: failures + 1,
      ...(failures === 0 && { failingSince: now }),
      error,
      nextAt: now + Math.min(AGAIN_MS.max, waitMs),
      claim: null,
    });
  }
  const what = new Map(told.map((one) => [placeOf(one.notice), one.what]));
  const notices = book.notices.map((notice) => {
    const knows = what.get(placeOf(notice));
    return knows === undefined ? notice : toldOf(notice, name, knows);
  });
  const fresh = { sentAt: now, failures: 0, error: "", nextAt: now + everyMs, claim: null };
  return withState({ ...book, notices }, name, fresh);
}

/** A test message has arrived: what could not be told is told now. Null if nothing changes. Pure. */
export function endTest(book: NoticeBook, name: string, now: number): NoticeBook | null {
  const { failures } = book.recipients[name] ?? FRESH;
  return failures === 0 ? null : withState(book, name, { failures: 0, error: "", nextAt: now });
}

function followOne(notice: Notice, matter: Matter | undefined, now: number): Notice[] {
  if (notice.endedAt !== null) return [notice];
  if (matter && (matter.since ?? 0) <= notice.beganAt) {
    // Who was not told yet is told the newest.
    const { text, advice } = notice.untold.length > 0 ? matter : notice;
    return [{ ...notice, text, advice, goneAt: null }];
  }
  // Not later than now: the clock may have been set back since.
  const goneAt = Math.min(notice.goneAt ?? now, now);
  // It ended and began anew between two looks.
  const isOver = matter !== undefined || now - goneAt >= (GONE_MS[notice.kind] ?? 0);
  if (!isOver) return [{ ...notice, goneAt }];
  const lastedMs = Math.abs(goneAt - notice.beganAt);
  const wasTold = notice.told.length > 0;
  if (!wasTold && lastedMs < (LASTS_MS[notice.kind] ?? 0)) return [];
  return [{ ...notice, goneAt, endedAt: now, endUntold: notice.told }];
}

function begin(
  { kind, subject, text, advice, path, since }: Matter,
  { recipients, now, after }: { recipients: readonly Recipient[]; now: number; after: number },
): Notice[] {
  const untold = recipients.filter(({ about }) => about.includes(kind)).map(({ name }) => name);
  if (untold.length === 0) return [];
  // No two of its key begin at one time: they would be taken for each other, and their messages have one id.
  const beganAt = since !== null && since > after ? since : now;
  const began = { beganAt, goneAt: null, endedAt: null };
  return [{ kind, subject, text, advice, path, ...began, told: [], untold, endUntold: [] }];
}

/** When the last one of a key ended; 0 if none has. */
function lastEndOf(notices: readonly Notice[], matter: Matter): number {
  const ends = notices.map((one) => (keyOf(one) === keyOf(matter) ? (one.endedAt ?? 0) : 0));
  return Math.max(0, ...ends);
}

/** Those that are not too old, and not too many: open ones first, then those that ended last. */
function keep(notices: readonly Notice[], now: number): Notice[] {
  const kept = notices.filter(({ endedAt }) => endedAt === null || now - endedAt < NOTICE_KEPT_MS);
  if (kept.length <= NOTICES_MAX) return kept;
  const ends = ({ endedAt }: Notice) => endedAt ?? Number.POSITIVE_INFINITY;
  const first = kept.toSorted((one, other) => ends(other) - ends(one) || 0).slice(0, NOTICES_MAX);
  return kept.filter((notice) => first.includes(notice));
}

/** Without recipients that left the configuration. */
function only(names: ReadonlySet<string>, notice: Notice): Notice {
  const { told, untold, endUntold } = notice;
  const known = (list: readonly string[]) => list.filter((name) => names.has(name));
  return { ...notice, told: known(told), untold: known(untold), endUntold: known(endUntold) };
}

function toldOf(notice: Notice, name: string, what: Told["what"]): Notice {
  const without = (list: readonly string[]) => list.filter((one) => one !== name);
  const { told, untold, endUntold, endedAt } = notice;
  if (what === "over") return { ...notice, endUntold: without(endUntold) };
  const knowing = { ...notice, told: [...without(told), name], untold: without(untold) };
  // It ended while the message was on its way.
  const endedMeanwhile = what === "began" && endedAt !== null;
  return endedMeanwhile ? { ...knowing, endUntold: [...without(endUntold), name] } : knowing;
}

function withState(book: NoticeBook, name: string, changes: Partial<RecipientState>): NoticeBook {
  const state = { ...(book.recipients[name] ?? FRESH), ...changes };
  return { ...book, recipients: { ...book.recipients, [name]: state } };
}

function isOpen({ endedAt }: Notice): boolean {
  return endedAt === null;
}

function keyOf({ kind, subject }: Pick<Notice, "kind" | "subject">): string {
  return `${kind} ${subject}`;
}

/** A notice among all of its key. */
export function placeOf(notice: Pick<Notice, "kind" | "subject" | "beganAt">): string {
  return `${keyOf(notice)} ${notice.beganAt}`;
}
