import type { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import type { Pause, Subscription } from "@hookgate/types";
import { replacesPause } from "../contract/replaces_pause.ts";
import {
  type OpenedSubscription,
  type PauseResult,
  type ResumeResult,
  type StoredSubscription,
  SUBSCRIPTIONS_OPENED_MAX,
  type SubscriptionSet,
} from "../contract/subscriptions.ts";

/** The stored set of subscriptions. */
export interface Subscriptions {
  read(): SubscriptionSet;
  publish(definitions: readonly Subscription[], now: number): SubscriptionSet;
  open(definition: Subscription): OpenedSubscription;
  pause(input: { name: string; pause: Omit<Pause, "at"> }, now: number): PauseResult;
  resume(name: string): ResumeResult;
}

/** Prepares {@linkcode Subscriptions}. */
export function prepareSubscriptions(db: DatabaseSync): Subscriptions {
  const revision = db.prepare("SELECT revision FROM facts");
  const all = db.prepare("SELECT definition, paused, origin FROM subscriptions ORDER BY name");
  const next = db.prepare("UPDATE facts SET revision = revision + 1");
  const put = db.prepare(`INSERT INTO subscriptions VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (name) DO UPDATE SET definition = ?2, paused = ?3, origin = ?4`);

  function read(): SubscriptionSet {
    return {
      revision: revision.get()?.["revision"] as number,
      subscriptions: all.all().map(({ definition, paused, origin }) => ({
        definition: JSON.parse(definition as string),
        origin: origin as StoredSubscription["origin"],
        paused: paused === null ? null : JSON.parse(paused as string),
      })),
    };
  }

  /** Writes these, as the next revision. */
  function write(changed: readonly StoredSubscription[]): SubscriptionSet {
    for (const { definition, paused, origin } of changed) {
      const pause = paused && JSON.stringify(paused);
      put.run(definition.name, JSON.stringify(definition), pause, origin);
    }
    next.run();
    return read();
  }

  function find({ subscriptions }: SubscriptionSet, name: string): StoredSubscription | undefined {
    return subscriptions.find(({ definition }) => definition.name === name);
  }

  return {
    read,

    publish(definitions, now) {
      const set = read();
      const changed = findChanged(set.subscriptions, { definitions, now });
      return changed.length > 0 ? write(changed) : set;
    },

    open(definition) {
      const set = read();
      const there = find(set, definition.name);
      if (there) return { created: false, subscription: there, set };
      const opened = set.subscriptions.filter(({ origin }) => origin === "stream");
      if (opened.length >= SUBSCRIPTIONS_OPENED_MAX) {
        const problem = `subscribers have opened ${SUBSCRIPTIONS_OPENED_MAX} already`;
        throw new RangeError(`Cannot open subscription ${definition.name}: ${problem}`);
      }
      const subscription: StoredSubscription = { definition, origin: "stream", paused: null };
      return { created: true, subscription, set: write([subscription]) };
    },

    pause({ name, pause: why }, now) {
      const set = read();
      const there = find(set, name);
      if (!there) return { outcome: "missing" };
      if (there.paused && !replacesPause(why.by, there.paused)) {
        return { outcome: "already_paused", pause: there.paused, set };
      }
      const pause = { ...why, at: now };
      return { outcome: "paused", pause, set: write([{ ...there, paused: pause }]) };
    },

    resume(name) {
      const there = find(read(), name);
      if (!there) return { outcome: "missing" };
      const { paused: pause } = there;
      if (!pause) return { outcome: "not_paused" };
      if (pause.by === "configuration") return { outcome: "removed" };
      return { outcome: "resumed", pause, set: write([{ ...there, paused: null }]) };
    },
  };
}

/** What has to be written so that `definitions` is the configuration's part of the set. */
function findChanged(
  stored: readonly StoredSubscription[],
  { definitions, now }: { definitions: readonly Subscription[]; now: number },
): StoredSubscription[] {
  const byName = new Map(stored.map((one) => [one.definition.name, one]));
  const wanted = definitions.map((given): StoredSubscription => {
    const definition = JSON.parse(JSON.stringify(given)) as Subscription;
    const paused = byName.get(definition.name)?.paused ?? null;
    const stays = paused?.by === "configuration" ? null : paused;
    return { definition, origin: "configuration", paused: stays };
  });
  const names = new Set(definitions.map(({ name }) => name));
  const removed = stored
    .filter(({ definition, origin, paused }) => {
      const isMissing = origin === "configuration" && !names.has(definition.name);
      return isMissing && paused?.by !== "configuration";
    })
    .map((one): StoredSubscription => {
      return { ...one, paused: { by: "configuration", reason: "", at: now } };
    });
  return [...wanted, ...removed].filter(
    (one) => !isDeepStrictEqual(one, byName.get(one.definition.name)),
  );
}
