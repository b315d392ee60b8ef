import {
  type AdminHandlers,
  RpcError,
  type SubscriptionPauseMessage,
  type SubscriptionStatusMessage,
} from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import type { Pause, Replay, Target } from "@hookgate/types";
import { hideEndpointCredentials } from "../headers/hide_credentials.ts";
import { BACKFILL_MARGIN_MS, createBackfill } from "../replay/create_backfill.ts";
import type { SubscriptionActivity } from "../store/contract/deliveries.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";
import type { Replays } from "../store/contract/replays.ts";
import type {
  Backlog,
  StoredSubscription,
  SubscriptionSet,
  Subscriptions,
} from "../store/contract/subscriptions.ts";
import type { Activity } from "../subscriptions/activity.ts";
import { checkReason, toRpcError } from "./rpc_errors.ts";

/** Waiting deliveries are counted up to these numbers, of one subscription and of all together. */
const COUNTED = { eachMax: 100_000, allMax: 1_000_000, eachMin: 1_000 };

/** Options for {@linkcode subscriptionCalls}. */
export interface SubscriptionCallsOptions {
  store: StoreTime &
    Pick<Subscriptions, "subscriptions" | "backlog" | "pauseSubscription" | "resumeSubscription"> &
    Pick<Events, "listEvents"> &
    Pick<Replays, "createReplay" | "setReplayState">;
  /** What all dispatchers do for the subscriptions. */
  activity: Pick<Activity, "all">;
  /** Follows the set that a call has changed. */
  adoptSubscriptions: (set: SubscriptionSet) => void;
  /** Called when a replay was created or its state changed. */
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
  activity,
  adoptSubscriptions,
  lookForReplays,
  log,
}: SubscriptionCallsOptions): SubscriptionCalls {
  return {
    async listSubscriptions() {
      const set = await store.subscriptions().catch(toRpcError);
      const share = Math.floor(COUNTED.allMax / Math.max(1, set.subscriptions.length));
      const deliveriesMax = Math.min(COUNTED.eachMax, Math.max(COUNTED.eachMin, share));
      const active = await activity.all().catch(toRpcError);
      const subscriptions: SubscriptionStatusMessage[] = [];
      // One after the other: each is a count, and others need the store too.
      for (const stored of set.subscriptions) {
        const { name } = stored.definition;
        const backlog = await store.backlog(name, { deliveriesMax }).catch(toRpcError);
        subscriptions.push(toStatus(stored, { backlog, now: active.get(name) ?? null }));
      }
      subscriptions.sort((a, b) => (a.name < b.name ? -1 : 1));
      return { subscriptions, backlogCountedMax: deliveriesMax };
    },

    async pauseSubscription({ name, reason: given }) {
      const reason = checkReason(given);
      const result = await store
        .pauseSubscription(name, { by: "operator", reason })
        .catch(toRpcError);
      if (result.outcome === "missing") {
        throw new RpcError("NOT_FOUND", `there is no subscription ${name}`);
      }
      adoptSubscriptions(result.set);
      if (result.outcome === "paused")
        log.warn({ subscription: name, reason }, "subscription paused");
      return { pause: toPause(result.pause) };
    },

    async resumeSubscription({ name }) {
      const { pause, backfill, set } = await resumeSubscription(name, store).catch(toRpcError);
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

/** A subscription whose pause has ended. */
interface ResumedSubscription {
  /** The pause that ended. */
  pause: Pause;
  /** Makes the deliveries it missed; null if it missed none. */
  backfill: Replay | null;
  set: SubscriptionSet;
}

/**
 * Ends a pause. During a pause by `backlog` no deliveries were made: a backfill makes them. It is created first and waits
 * until the pause has ended, so that nothing is lost if we crash in between.
 *
 * @throws {RpcError} NOT_FOUND if there is no such subscription, FAILED_PRECONDITION if it cannot be resumed.
 */
async function resumeSubscription(
  name: string,
  store: SubscriptionCallsOptions["store"],
): Promise<ResumedSubscription> {
  const fill = ({ at }: Pause) =>
    createBackfill(name, {
      store,
      reason: "what it did not get while it was paused for its backlog",
      from: Math.max(0, at - BACKFILL_MARGIN_MS),
    });
  const { subscriptions } = await store.subscriptions();
  const { paused = null } = subscriptions.find(({ definition }) => definition.name === name) ?? {};
  const early = paused?.by === "backlog" ? await fill(paused) : null;
  const result = await store.resumeSubscription(name);
  if (result.outcome !== "resumed") {
    if (early) await store.setReplayState(early.id, "cancelled");
    throw refusal(name, result.outcome);
  }
  const { pause, set } = result;
  // An operator's pause may have become one by `backlog` in between.
  const late = pause.by === "backlog" && !early ? await fill(pause) : null;
  return { pause, backfill: early ?? late, set };
}

function refusal(name: string, outcome: "not_paused" | "removed" | "missing"): RpcError {
  if (outcome === "missing") return new RpcError("NOT_FOUND", `there is no subscription ${name}`);
  const problem =
    outcome === "removed"
      ? `subscription ${name} is no longer in the configuration: add it there first`
      : `subscription ${name} is not paused`;
  return new RpcError("FAILED_PRECONDITION", problem);
}

function toStatus(
  { definition, origin, paused }: StoredSubscription,
  { backlog, now }: { backlog: Backlog; now: SubscriptionActivity | null },
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
    running: now?.running ?? 0,
    backlog: backlog.deliveries,
    ...(backlog.oldestDueAt !== null && { oldestDueAtMs: backlog.oldestDueAt }),
    breaker: now?.breaker?.replace("_", "-") ?? "",
    streams: now?.streams ?? 0,
  };
}

function describeTarget(target: Target): string {
  if (target.kind === "handler") return target.path;
  return target.kind === "endpoint" ? hideEndpointCredentials(target.url) : "";
}

function toPause({ by, reason, at }: Pause): SubscriptionPauseMessage {
  return { by, reason, atMs: at };
}
