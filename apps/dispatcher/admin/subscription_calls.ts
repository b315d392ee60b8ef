import {
  type AdminHandlers,
  RpcError,
  type SubscriptionPauseMessage,
  type SubscriptionStatusMessage,
} from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import type { Pause, Target } from "@hookgate/types";
import { hideEndpointCredentials } from "../headers/hide_credentials.ts";
import type {
  Backlog,
  StoredSubscription,
  SubscriptionSet,
  Subscriptions,
} from "../store/contract/subscriptions.ts";
import { asked } from "./asked.ts";
import { checkReason } from "./check_reason.ts";
import { type ResumeSubscriptionOptions, resumeSubscription } from "./resume_subscription.ts";

/** What waits is counted up to so many deliveries of one subscription, and of all of them together. */
const COUNTED = { eachMax: 100_000, allMax: 1_000_000, eachMin: 1_000 };

/** A subscription as this dispatcher serves it. */
export interface SubscriptionNow {
  /** Attempts that run. */
  running: number;
  /** Null where its target has none. */
  breaker: "closed" | "open" | "half_open" | null;
  /** Streams that read it. */
  streams: number;
}

/** Options for {@linkcode subscriptionCalls}. */
export interface SubscriptionCallsOptions {
  store: ResumeSubscriptionOptions["store"] & Pick<Subscriptions, "backlog" | "pauseSubscription">;
  statusOf: (name: string) => SubscriptionNow;
  /** Follows the set that a call has changed. */
  adoptSubscriptions: (set: SubscriptionSet) => void;
  /** Looks for replays that were made, or whose state was changed. */
  lookForReplays: () => void;
  log: Log;
}

type SubscriptionCalls = Pick<
  AdminHandlers,
  "listSubscriptions" | "pauseSubscription" | "resumeSubscription"
>;

/** The operator's calls about subscriptions. */
export function subscriptionCalls({
  store,
  statusOf,
  adoptSubscriptions,
  lookForReplays,
  log,
}: SubscriptionCallsOptions): SubscriptionCalls {
  return {
    async listSubscriptions() {
      const set = await asked(store.subscriptions());
      const share = Math.floor(COUNTED.allMax / Math.max(1, set.subscriptions.length));
      const deliveriesMax = Math.min(COUNTED.eachMax, Math.max(COUNTED.eachMin, share));
      const subscriptions: SubscriptionStatusMessage[] = [];
      // One after the other: each is a count, and others want the store, too.
      for (const stored of set.subscriptions) {
        const { name } = stored.definition;
        const backlog = await asked(store.backlog(name, { deliveriesMax }));
        subscriptions.push(toStatus(stored, { backlog, now: statusOf(name) }));
      }
      subscriptions.sort((a, b) => (a.name < b.name ? -1 : 1));
      return { subscriptions, backlogCountedMax: deliveriesMax };
    },

    async pauseSubscription({ name, reason: given }) {
      const reason = checkReason(given);
      const result = await asked(store.pauseSubscription(name, { by: "operator", reason }));
      if (result.outcome === "missing") {
        throw new RpcError("NOT_FOUND", `there is no subscription ${name}`);
      }
      adoptSubscriptions(result.set);
      if (result.outcome === "paused")
        log.warn({ subscription: name, reason }, "subscription paused");
      return { pause: toPause(result.pause) };
    },

    async resumeSubscription({ name }) {
      const { pause, backfill, set } = await asked(resumeSubscription(name, { store }));
      adoptSubscriptions(set);
      if (backfill) lookForReplays();
      const { by, at } = pause;
      log.warn(
        { subscription: name, by, at, backfill: backfill?.id ?? null },
        "subscription resumed",
      );
      return { pause: toPause(pause), backfill: backfill?.id ?? "" };
    },
  };
}

function toStatus(
  { definition, origin, paused }: StoredSubscription,
  { backlog, now }: { backlog: Backlog; now: SubscriptionNow },
): SubscriptionStatusMessage {
  const { name, target, events, sources, orderBy } = definition;
  return {
    name,
    kind: target.kind,
    target: describeTarget(target),
    types: [...events],
    sources: [...sources],
    orderBy: orderBy ?? "",
    opened: origin === "stream",
    pause: paused && toPause(paused),
    running: now.running,
    backlog: backlog.deliveries,
    ...(backlog.oldestDueAt !== null && { oldestDueAtMs: backlog.oldestDueAt }),
    breaker: now.breaker?.replace("_", "-") ?? "",
    streams: now.streams,
  };
}

function describeTarget(target: Target): string {
  if (target.kind === "handler") return target.path;
  return target.kind === "endpoint" ? hideEndpointCredentials(target.url) : "";
}

function toPause({ by, reason, at }: Pause): SubscriptionPauseMessage {
  return { by, reason, atMs: at };
}
