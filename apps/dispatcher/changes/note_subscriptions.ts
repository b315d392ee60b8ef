import { isDeepStrictEqual } from "node:util";
import type { Pause } from "@hookgate/types";
import type { SubscriptionSet, Subscriptions } from "../store/contract/subscriptions.ts";
import type { BreakerState } from "../targets/endpoint/breaker.ts";
import type { ChangeLog } from "./change_log.ts";

/** Names that one change lists. */
const NAMES_MAX = 10;

type Note = Pick<ChangeLog, "note">;

/** A store whose changes of subscriptions are noted, no matter who makes them; everything else is as it was. */
export function noteSubscriptions<Store extends Subscriptions>(store: Store, changes: Note): Store {
  const { note } = { note: changes.note.bind(changes) };
  const noting: Partial<Subscriptions> = {
    async publishSubscriptions(definitions) {
      const before = await store.subscriptions();
      const after = await store.publishSubscriptions(definitions);
      if (after.revision !== before.revision) {
        note({ kind: "configuration", subject: "", text: describeRevision(before, after) });
      }
      return after;
    },
    async openSubscription(definition, options) {
      const opened = await store.openSubscription(definition, options);
      const text = "opened by a subscriber";
      if (opened.created) note({ kind: "subscription", subject: definition.name, text });
      return opened;
    },
    async changeSubscription(name, filter) {
      const result = await store.changeSubscription(name, filter);
      if (result.outcome === "changed") {
        const text = `filter changed: types ${filter.events.join(" ")}, sources ${filter.sources.join(" ")}`;
        note({ kind: "subscription", subject: name, text });
      }
      return result;
    },
    async deleteSubscription(name, options) {
      const result = await store.deleteSubscription(name, options);
      const text = withReason("deletion begun", options.reason);
      if (result.outcome === "deleting") note({ kind: "subscription", subject: name, text });
      return result;
    },
    async expireSubscriptions(options) {
      const result = await store.expireSubscriptions(options);
      for (const { name, reason } of result.expired) {
        note({ kind: "subscription", subject: name, text: withReason("expired", reason) });
      }
      return result;
    },
    async pauseSubscription(name, pause) {
      const result = await store.pauseSubscription(name, pause);
      const text = withReason(`paused by ${pause.by}`, pause.reason);
      if (result.outcome === "paused") note({ kind: "pause", subject: name, text });
      return result;
    },
    async resumeSubscription(name) {
      const result = await store.resumeSubscription(name);
      if (result.outcome === "resumed") {
        note({ kind: "pause", subject: name, text: `resumed, was ${describePause(result.pause)}` });
      }
      return result;
    },
  };
  return { ...store, ...noting };
}

/** Notes when breakers open and close again; that one is tried in between is no change. */
export function noteBreakers(
  changes: Note,
  onBreaker: (subscription: string, state: BreakerState) => void,
): (subscription: string, state: BreakerState) => void {
  const open = new Set<string>();
  return (subscription, state) => {
    onBreaker(subscription, state);
    if (state === "half_open" || open.has(subscription) === (state === "open")) return;
    if (state === "open") open.add(subscription);
    else open.delete(subscription);
    const text = state === "open" ? "opened: deliveries wait" : "closed";
    changes.note({ kind: "breaker", subject: subscription, text });
  };
}

function describeRevision(before: SubscriptionSet, after: SubscriptionSet): string {
  const was = new Map(before.subscriptions.map((one) => [one.definition.name, one]));
  const lists = { added: [] as string[], changed: [] as string[], removed: [] as string[] };
  for (const { definition, paused } of after.subscriptions) {
    const { name } = definition;
    const old = was.get(name);
    const isRemoved = paused?.by === "configuration" && old?.paused?.by !== "configuration";
    if (!old) lists.added.push(name);
    else if (isRemoved) lists.removed.push(name);
    else if (!isDeepStrictEqual(old.definition, definition)) lists.changed.push(name);
  }
  const parts = Object.entries(lists).flatMap(([what, names]) =>
    names.length === 0 ? [] : `${what} ${listed(names)}`,
  );
  return [`revision ${after.revision}`, ...parts].join("; ");
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return names.slice(0, NAMES_MAX).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function describePause({ by, reason }: Pause): string {
  return withReason(`paused by ${by}`, reason);
}

function withReason(text: string, reason: string): string {
  return reason === "" ? text : `${text}: ${reason}`;
}
