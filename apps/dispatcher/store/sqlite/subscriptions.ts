import type { DatabaseSync } from "node:sqlite";
import {
  decideOpen,
  decidePause,
  decidePublish,
  decideResume,
  nextSet,
  type SubscriptionsChange,
} from "../contract/decide_subscriptions.ts";
import type { StoredSubscription, SubscriptionSet } from "../contract/subscriptions.ts";
import { prepare } from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

type SetOperations = OperationsOf<
  | "subscriptions"
  | "publishSubscriptions"
  | "openSubscription"
  | "pauseSubscription"
  | "resumeSubscription"
>;

interface SubscriptionRow {
  definition: string;
  paused: string | null;
  origin: StoredSubscription["origin"];
}

/** Prepares what reads and changes the set of subscriptions. */
export function prepareSubscriptions(db: DatabaseSync): SetOperations {
  const revision = prepare<{ revision: number }>(db, "SELECT revision FROM facts");
  const all = prepare<SubscriptionRow>(
    db,
    "SELECT definition, paused, origin FROM subscriptions ORDER BY name",
  );
  const next = prepare(db, "UPDATE facts SET revision = revision + 1");
  const put = prepare(
    db,
    `INSERT INTO subscriptions VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (name) DO UPDATE SET definition = ?2, paused = ?3, origin = ?4`,
  );

  function read(): SubscriptionSet {
    return {
      revision: revision.get()?.revision ?? 0,
      subscriptions: all.all().map(({ definition, paused, origin }) => ({
        definition: JSON.parse(definition),
        origin,
        paused: paused === null ? null : JSON.parse(paused),
      })),
    };
  }

  function change<T>(decide: (current: SubscriptionSet) => SubscriptionsChange<T>): T {
    const current = read();
    const { changed, result } = decide(current);
    if (changed.length === 0) return result(current);
    for (const { definition, paused, origin } of changed) {
      const pause = paused && JSON.stringify(paused);
      put.run(definition.name, JSON.stringify(definition), pause, origin);
    }
    next.run();
    return result(nextSet(current, changed));
  }

  return {
    subscriptions: read,
    publishSubscriptions: (now, definitions) =>
      change((set) => decidePublish(set, { definitions, now })),
    openSubscription: (_now, definition) => change((set) => decideOpen(set, definition)),
    pauseSubscription: (now, name, pause) =>
      change((set) => decidePause(set, { name, pause: { ...pause, at: now } })),
    resumeSubscription: (_now, name) => change((set) => decideResume(set, name)),
  };
}
