import { isDeepStrictEqual } from "node:util";
import type { Pause, Subscription } from "@hookgate/types";
import {
  type ChangeResult,
  type DeleteResult,
  type Expired,
  isRetired,
  type OpenedSubscription,
  type PauseResult,
  type ResumeResult,
  type StoredSubscription,
  SUBSCRIPTIONS_OPENED_MAX,
  type SubscriptionFilter,
  type SubscriptionSet,
} from "./subscriptions.ts";

/** Longest time after which a use is recorded again, in milliseconds. */
const TOUCH_MS_MAX = 3_600_000;

/** What a command does to the set of subscriptions. */
export interface SubscriptionsChange<T> {
  /** Subscriptions to write, as the next revision. None leaves the set and its revision as they are. */
  changed: readonly StoredSubscription[];
  /** Names to remove, with the same revision. @default {[]} */
  removed?: readonly string[];
  /** What the command returns, given the set after it. */
  result: (set: SubscriptionSet) => T;
}

/** Decides `publishSubscriptions` at the time `now`. */
export function decidePublish(
  { subscriptions }: SubscriptionSet,
  { definitions, now }: { definitions: readonly Subscription[]; now: number },
): SubscriptionsChange<SubscriptionSet> {
  const byName = new Map(subscriptions.map((one) => [one.definition.name, one]));
  const named = definitions.map((definition): StoredSubscription => {
    const paused = byName.get(definition.name)?.paused ?? null;
    const pause = paused !== null && isRetired({ paused }) ? null : paused;
    return { definition: plain(definition), origin: "configuration", paused: pause };
  });
  const names = new Set(definitions.map(({ name }) => name));
  const removed = subscriptions
    .filter(({ definition, origin }) => origin === "configuration" && !names.has(definition.name))
    .map((one): StoredSubscription => {
      return isRetired(one)
        ? one
        : { ...one, paused: { by: "configuration", reason: "", at: now } };
    });
  const changed = [...named, ...removed].filter((one) => {
    const stored = byName.get(one.definition.name);
    return !stored || !isDeepStrictEqual(plain(one), plain(stored));
  });
  return { changed, result: (set) => set };
}

/**
 * After how long a use is recorded again, in milliseconds, for names that expire after `idleMs`. Each record is a new
 * revision of the set, so there are few; and it is so much shorter that no name in use can expire.
 */
export function touchAfterMs(idleMs: number): number {
  return Math.min(TOUCH_MS_MAX, idleMs / 4);
}

/**
 * Decides `openSubscription` at the time `now`.
 *
 * @throws {RangeError} if subscribers have opened SUBSCRIPTIONS_OPENED_MAX.
 */
export function decideOpen(
  set: SubscriptionSet,
  { definition, now, idleMs }: { definition: Subscription; now: number; idleMs: number },
): SubscriptionsChange<OpenedSubscription> {
  const found = find(set, definition.name);
  if (found) {
    const isDue = wasUsedBefore(found, now - touchAfterMs(idleMs));
    const subscription = isDue ? { ...found, usedAt: now } : found;
    const result = (after: SubscriptionSet) => ({ created: false, subscription, set: after });
    return { changed: isDue ? [subscription] : [], result };
  }
  const opened = set.subscriptions.filter(({ origin }) => origin === "stream");
  if (opened.length >= SUBSCRIPTIONS_OPENED_MAX) {
    const problem =
      `subscribers have opened ${SUBSCRIPTIONS_OPENED_MAX} already; ` +
      "delete unused ones with npx hookgate subscriptions delete, or lower retention.subscriptions";
    throw new RangeError(`Cannot open subscription ${definition.name}: ${problem}`);
  }
  const subscription: StoredSubscription = {
    definition,
    origin: "stream",
    paused: null,
    usedAt: now,
  };
  return {
    changed: [subscription],
    result: (after) => ({ created: true, subscription, set: after }),
  };
}

/** Decides `changeSubscription` at the time `now`. */
export function decideChange(
  set: SubscriptionSet,
  { name, filter, now }: { name: string; filter: SubscriptionFilter; now: number },
): SubscriptionsChange<ChangeResult> {
  const found = find(set, name);
  if (!found) return unchanged(() => ({ outcome: "missing" }));
  const { definition, origin, paused } = found;
  if (paused?.by === "deletion") return unchanged(() => ({ outcome: "deleting" }));
  if (isConfigured(found)) return unchanged(() => ({ outcome: "configured" }));
  if (definition.target.kind !== "stream") return unchanged(() => ({ outcome: "other_kind" }));
  const { events, sources } = filter;
  const isSame = isDeepStrictEqual(
    [definition.events, definition.sources].map((patterns) => [...patterns].sort()),
    [events, sources].map((patterns) => [...patterns].sort()),
  );
  if (isSame && origin === "stream") {
    return unchanged((after) => ({ outcome: "same", subscription: found, set: after }));
  }
  const subscription: StoredSubscription = {
    definition: { ...definition, events: [...events], sources: [...sources] },
    origin: "stream",
    paused: paused?.by === "configuration" ? null : paused,
    usedAt: now,
  };
  return {
    changed: [subscription],
    result: (after) => ({ outcome: "changed", subscription, set: after }),
  };
}

/** Decides `deleteSubscription` at the time `now`. */
export function decideDelete(
  set: SubscriptionSet,
  { name, reason, now }: { name: string; reason: string; now: number },
): SubscriptionsChange<DeleteResult> {
  const found = find(set, name);
  if (!found) return unchanged(() => ({ outcome: "missing" }));
  if (isConfigured(found)) return unchanged(() => ({ outcome: "configured" }));
  const changed = found.paused?.by === "deletion" ? [] : [deleting(found, { reason, now })];
  return { changed, result: (after) => ({ outcome: "deleting", set: after }) };
}

/** Whether the set has a subscription of this name. */
export function hasName(set: SubscriptionSet, name: string): boolean {
  return find(set, name) !== undefined;
}

/** The pause of a subscription that is being deleted; null for any other. */
export function deletionOf(set: SubscriptionSet, name: string): Pause | null {
  const paused = find(set, name)?.paused ?? null;
  return paused?.by === "deletion" ? paused : null;
}

/** Reason of the deliveries that are cancelled with their subscription. */
export function deletedReason({ reason }: Pause): string {
  return `its subscription was deleted${reason && `: ${reason}`}`;
}

/** Decides the last step of a deletion: removes the name, unless the configuration has named it again. */
export function decideRemove(
  set: SubscriptionSet,
  name: string,
): SubscriptionsChange<SubscriptionSet> {
  const removed = deletionOf(set, name) ? [name] : [];
  return { changed: [], removed, result: (after) => after };
}

/** Decides `expireSubscriptions` at the time `now`. A name whose use was never recorded counts as used now. */
export function decideExpire(
  set: SubscriptionSet,
  options: { connected: readonly string[]; idleMs: number; now: number },
): SubscriptionsChange<Expired> {
  const { idleMs, now } = options;
  const connected = new Set(options.connected);
  const opened = set.subscriptions.filter(({ origin }) => origin === "stream");
  const used = opened.filter(
    (one) => !isRetired(one) && (one.usedAt === undefined || connected.has(one.definition.name)),
  );
  const touchMs = touchAfterMs(idleMs);
  const isDue = used.some((one) => wasUsedBefore(one, now - touchMs));
  // All that are due soon with those that are due: each write is a revision.
  const touched = isDue ? used.filter((one) => wasUsedBefore(one, now - touchMs / 2)) : [];
  const idle = set.subscriptions.flatMap((one) => {
    const reason = connected.has(one.definition.name) ? null : whyIdle(one, now - idleMs);
    return reason === null ? [] : deleting(one, { reason, now });
  });
  const expired = idle.map(({ definition: { name }, paused }) => {
    return { name, reason: paused?.reason ?? "" };
  });
  const changed = [...touched.map((one) => ({ ...one, usedAt: now })), ...idle];
  return { changed, result: (after) => ({ expired, set: after }) };
}

/** Decides `pauseSubscription`. */
export function decidePause(
  set: SubscriptionSet,
  { name, pause }: { name: string; pause: Pause },
): SubscriptionsChange<PauseResult> {
  const found = find(set, name);
  if (!found) return unchanged(() => ({ outcome: "missing" }));
  const { paused } = found;
  if (paused && !replacesPause(pause.by, paused)) {
    return unchanged((after) => ({ outcome: "already_paused", pause: paused, set: after }));
  }
  return {
    changed: [{ ...found, paused: pause }],
    result: (after) => ({ outcome: "paused", pause, set: after }),
  };
}

/** Decides `resumeSubscription`. */
export function decideResume(
  set: SubscriptionSet,
  name: string,
): SubscriptionsChange<ResumeResult> {
  const found = find(set, name);
  if (!found) return unchanged(() => ({ outcome: "missing" }));
  const { paused } = found;
  if (!paused) return unchanged(() => ({ outcome: "not_paused" }));
  if (isRetired(found)) return unchanged(() => ({ outcome: "removed" }));
  return {
    changed: [{ ...found, paused: null }],
    result: (after) => ({ outcome: "resumed", pause: paused, set: after }),
  };
}

/** Whether a change writes anything. */
export function writes({ changed, removed = [] }: SubscriptionsChange<unknown>): boolean {
  return changed.length > 0 || removed.length > 0;
}

/** The set after a change was written. */
export function nextSet(
  { revision, subscriptions }: SubscriptionSet,
  { changed, removed = [] }: Pick<SubscriptionsChange<unknown>, "changed" | "removed">,
): SubscriptionSet {
  const byName = new Map(subscriptions.map((one) => [one.definition.name, one]));
  for (const one of changed) byName.set(one.definition.name, one);
  for (const name of removed) byName.delete(name);
  const sorted = [...byName.values()].sort((a, b) =>
    a.definition.name < b.definition.name ? -1 : 1,
  );
  return { revision: revision + 1, subscriptions: sorted };
}

/** Only a pause by `backlog` replaces another: a subscription paused by an operator or an endpoint still gets deliveries. */
function replacesPause(by: Pause["by"], standing: Pause): boolean {
  return by === "backlog" && (standing.by === "operator" || standing.by === "endpoint");
}

function isConfigured(one: StoredSubscription): boolean {
  return one.origin === "configuration" && !isRetired(one);
}

/** Whether its last recorded use is at or before that time; not for the configuration's own. */
function wasUsedBefore({ origin, usedAt = 0 }: StoredSubscription, time: number): boolean {
  return origin === "stream" && usedAt <= time;
}

/** Why nobody needs it since that time; null if somebody may. */
function whyIdle({ origin, paused, usedAt }: StoredSubscription, since: number): string | null {
  if (paused?.by === "deletion") return null;
  if (paused?.by === "configuration" && paused.at <= since) {
    return `it has not been in the configuration since ${new Date(paused.at).toISOString()}`;
  }
  const isIdle = origin === "stream" && usedAt !== undefined && usedAt <= since;
  return isIdle ? `nobody has listened to it since ${new Date(usedAt).toISOString()}` : null;
}

function deleting(
  one: StoredSubscription,
  { reason, now }: { reason: string; now: number },
): StoredSubscription {
  return { ...one, paused: { by: "deletion", reason, at: now } };
}

function unchanged<T>(result: (set: SubscriptionSet) => T): SubscriptionsChange<T> {
  return { changed: [], result };
}

function find({ subscriptions }: SubscriptionSet, name: string): StoredSubscription | undefined {
  return subscriptions.find(({ definition }) => definition.name === name);
}

/** As a store gives it back: without fields that are undefined. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
