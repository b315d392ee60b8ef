import type { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import type { Subscription } from "@hookgate/types";
import type { StoredSubscription, SubscriptionSet } from "./event_store.ts";

/** Why a subscription that the configuration no longer has is paused. */
const REMOVED = "removed";

/** The stored set of subscriptions. */
export interface Subscriptions {
  read(): SubscriptionSet;
  publish(definitions: readonly Subscription[]): SubscriptionSet;
}

/** Prepares {@linkcode Subscriptions}. */
export function prepareSubscriptions(db: DatabaseSync): Subscriptions {
  const revision = db.prepare("SELECT revision FROM facts");
  const all = db.prepare("SELECT definition, paused FROM subscriptions ORDER BY name");
  const next = db.prepare("UPDATE facts SET revision = revision + 1");
  const put = db.prepare(`INSERT INTO subscriptions VALUES (?1, ?2, ?3)
    ON CONFLICT (name) DO UPDATE SET definition = ?2, paused = ?3`);

  function read(): SubscriptionSet {
    return {
      revision: revision.get()?.["revision"] as number,
      subscriptions: all.all().map(({ definition, paused }) => ({
        definition: JSON.parse(definition as string),
        paused: paused as string | null,
      })),
    };
  }

  function publish(definitions: readonly Subscription[]): SubscriptionSet {
    const changed = findChanged(read().subscriptions, definitions);
    for (const { definition, paused } of changed) {
      put.run(definition.name, JSON.stringify(definition), paused);
    }
    if (changed.length > 0) next.run();
    return read();
  }

  return { read, publish };
}

/** What has to be written so that `definitions` is the current set. */
function findChanged(
  stored: readonly StoredSubscription[],
  definitions: readonly Subscription[],
): StoredSubscription[] {
  const byName = new Map(stored.map((one) => [one.definition.name, one]));
  const wanted = definitions.map((given): StoredSubscription => {
    const definition = JSON.parse(JSON.stringify(given)) as Subscription;
    const paused = byName.get(definition.name)?.paused ?? null;
    return { definition, paused: paused === REMOVED ? null : paused };
  });
  const names = new Set(definitions.map(({ name }) => name));
  const removed = stored
    .filter(({ definition }) => !names.has(definition.name))
    .map(({ definition }) => ({ definition, paused: REMOVED }));
  return [...wanted, ...removed].filter(
    (one) => !isDeepStrictEqual(one, byName.get(one.definition.name)),
  );
}
