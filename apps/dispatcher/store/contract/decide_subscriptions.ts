import { isDeepStrictEqual } from "node:util";
import type { Pause, Subscription } from "@hookgate/types";
import {
  type OpenedSubscription,
  type PauseResult,
  type ResumeResult,
  type StoredSubscription,
  SUBSCRIPTIONS_OPENED_MAX,
  type SubscriptionSet,
} from "./subscriptions.ts";

/** What a command does to the set of subscriptions. */
export interface SubscriptionsChange<T> {
  /** Subscriptions to write, as the next revision. None leaves the set and its revision as they are. */
  changed: readonly StoredSubscription[];
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
    const stays = paused?.by === "configuration" ? null : paused;
    return { definition: plain(definition), origin: "configuration", paused: stays };
  });
  const names = new Set(definitions.map(({ name }) => name));
  const removed = subscriptions
    .filter(({ definition, origin }) => origin === "configuration" && !names.has(definition.name))
    .map((one): StoredSubscription => {
      const isPaused = one.paused?.by === "configuration";
      return isPaused ? one : { ...one, paused: { by: "configuration", reason: "", at: now } };
    });
  const changed = [...named, ...removed].filter((one) => {
    const stored = byName.get(one.definition.name);
    return !stored || !isDeepStrictEqual(plain(one), plain(stored));
  });
  return { changed, result: (set) => set };
}

/**
 * Decides `openSubscription`.
 *
 * @throws {RangeError} if subscribers have opened SUBSCRIPTIONS_OPENED_MAX.
 */
export function decideOpen(
  set: SubscriptionSet,
  definition: Subscription,
): SubscriptionsChange<OpenedSubscription> {
  const found = find(set, definition.name);
  if (found) return unchanged((after) => ({ created: false, subscription: found, set: after }));
  const opened = set.subscriptions.filter(({ origin }) => origin === "stream");
  if (opened.length >= SUBSCRIPTIONS_OPENED_MAX) {
    const problem = `subscribers have opened ${SUBSCRIPTIONS_OPENED_MAX} already`;
    throw new RangeError(`Cannot open subscription ${definition.name}: ${problem}`);
  }
  const subscription: StoredSubscription = { definition, origin: "stream", paused: null };
  return {
    changed: [subscription],
    result: (after) => ({ created: true, subscription, set: after }),
  };
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
  if (paused.by === "configuration") return unchanged(() => ({ outcome: "removed" }));
  return {
    changed: [{ ...found, paused: null }],
    result: (after) => ({ outcome: "resumed", pause: paused, set: after }),
  };
}

/** The set after `changed` was written. */
export function nextSet(
  { revision, subscriptions }: SubscriptionSet,
  changed: readonly StoredSubscription[],
): SubscriptionSet {
  const byName = new Map(subscriptions.map((one) => [one.definition.name, one]));
  for (const one of changed) byName.set(one.definition.name, one);
  const sorted = [...byName.values()].sort((a, b) =>
    a.definition.name < b.definition.name ? -1 : 1,
  );
  return { revision: revision + 1, subscriptions: sorted };
}

/** Only a pause by `backlog` replaces another: a subscription paused by an operator or an endpoint still gets deliveries. */
function replacesPause(by: Pause["by"], standing: Pause): boolean {
  return by === "backlog" && (standing.by === "operator" || standing.by === "endpoint");
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
