import {
  type AdminHandlers,
  type Caller,
  type Reach,
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
  ChangeResult,
  StoredSubscription,
  SubscriptionSet,
  Subscriptions,
} from "../store/contract/subscriptions.ts";
import type { Activity } from "../subscriptions/activity.ts";
import { deleteInSteps } from "../subscriptions/delete_in_steps.ts";
import { patternsProblem } from "../subscriptions/patterns_problem.ts";
import { compileReach } from "../subscriptions/reach.ts";
import { checkReason, missing, toRpcError } from "./rpc_errors.ts";

/** Waiting deliveries are counted up to these numbers, of one subscription and of all together. */
const COUNTED = { eachMax: 100_000, allMax: 1_000_000, eachMin: 1_000 };

/** How long one call of a deletion works, in milliseconds: within the deadline of the command line's calls. */
const DELETE_MS_MAX = 3_000;

/** Options for {@linkcode subscriptionCalls}. */
export interface SubscriptionCallsOptions {
  store: StoreTime &
    Pick<
      Subscriptions,
      | "subscriptions"
      | "backlog"
      | "pauseSubscription"
      | "resumeSubscription"
      | "changeSubscription"
      | "deleteSubscription"
      | "stepDeletion"
    > &
    Pick<Events, "listEvents"> &
    Pick<Replays, "createReplay" | "setReplayState">;
  /** What all dispatchers do for the subscriptions. */
  activity: Pick<Activity, "all">;
  /** Called with a subscription that an operator wants tried now. */
  tryNow: (subscription: string) => void;
  /** Follows the set that a call has changed. */
  adoptSubscriptions: (set: SubscriptionSet) => void;
  /** Called when a replay was created or its state changed. */
  lookForReplays: () => void;
  log: Log;
}

type SubscriptionCalls = Pick<
  AdminHandlers,
  | "listSubscriptions"
  | "pauseSubscription"
  | "resumeSubscription"
  | "changeSubscription"
  | "deleteSubscription"
>;

/** The operator's calls about subscriptions. */
export function subscriptionCalls({
  store,
  activity,
  tryNow,
  adoptSubscriptions,
  lookForReplays,
  log,
}: SubscriptionCallsOptions): SubscriptionCalls {
  const checkOwn = ownCheck(store);
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
      if (result.outcome === "missing") throw missing("subscription", name);
      adoptSubscriptions(result.set);
      if (result.outcome === "paused")
        log.warn({ subscription: name, reason }, "subscription paused");
      return { pause: toPause(result.pause) };
    },

    async resumeSubscription({ name }) {
      const { pause, backfill, set } = await resumeSubscription(name, store).catch(toRpcError);
      tryNow(name);
      adoptSubscriptions(set);
      if (backfill) lookForReplays();
      const { by, at } = pause;
      log.warn(
        { subscription: name, by, at, backfill: backfill?.id ?? null },
        "subscription resumed",
      );
      return { pause: toPause(pause), backfill: backfill?.id ?? "" };
    },

    async changeSubscription({ name, types, sources, reason: given }) {
      const reason = checkReason(given);
      checkPatterns("types", types);
      checkPatterns("sources", sources);
      if (types.length + sources.length === 0) {
        throw new RpcError("INVALID_ARGUMENT", "name at least one type or source");
      }
      const set = await store.subscriptions().catch(toRpcError);
      const found = set.subscriptions.find(({ definition }) => definition.name === name);
      if (!found) throw missing("subscription", name);
      const events = types.length > 0 ? types : found.definition.events;
      const filter = { events, sources: sources.length > 0 ? sources : found.definition.sources };
      const result = await store.changeSubscription(name, filter).catch(toRpcError);
      if (!("set" in result)) throw changeRefusal(name, result.outcome);
      adoptSubscriptions(result.set);
      const changed = result.outcome === "changed";
      const { definition } = result.subscription;
      const now = { types: [...definition.events], sources: [...definition.sources] };
      if (changed) log.warn({ subscription: name, ...now, reason }, "subscription changed");
      return { ...now, changed };
    },

    async deleteSubscription({ name, reason: given }, caller?: Caller) {
      const reason = checkReason(given);
      if (caller?.only !== undefined) await checkOwn(name, caller.only);
      const begun = await store.deleteSubscription(name, { reason }).catch(toRpcError);
      if (begun.outcome === "missing") throw missing("subscription", name);
      if (begun.outcome !== "deleting") {
        const problem = `subscription ${name} is in the configuration: remove it there first, and reload`;
        throw new RpcError("FAILED_PRECONDITION", problem);
      }
      // Its streams end, and what they hold returns to be cancelled, too.
      adoptSubscriptions(begun.set);
      const step = await deleteInSteps(name, { store, ms: DELETE_MS_MAX, waits: true }).catch(
        toRpcError,
      );
      if (step.deleted) adoptSubscriptions(step.set);
      const { cancelled, deleted: done } = step;
      log.warn(
        { subscription: name, by: caller?.name, reason, cancelled, done },
        "subscription deleted",
      );
      return { cancelled, done };
    },
  };
}

/** Refuses whoever could not open the subscription of this name, as it is. */
function ownCheck(store: Pick<Subscriptions, "subscriptions">) {
  return async (name: string, only: readonly Reach[]): Promise<void> => {
    const reach = compileReach(only, { name });
    const set = reach && (await store.subscriptions().catch(toRpcError));
    const found = set?.subscriptions.find(({ definition }) => definition.name === name);
    const isOwn = !found || (found.origin === "stream" && reach?.covers(found.definition));
    if (reach && isOwn) return;
    const problem = `the token lacks the scope "admin", or one that may subscribe to ${name}`;
    throw new RpcError("PERMISSION_DENIED", `Cannot delete: ${problem}`);
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

function checkPatterns(field: string, patterns: readonly string[]): void {
  const problem = patternsProblem(field, patterns);
  if (problem) throw new RpcError("INVALID_ARGUMENT", problem);
}

function changeRefusal(
  name: string,
  outcome: Exclude<ChangeResult["outcome"], "changed" | "same">,
): RpcError {
  if (outcome === "missing") return missing("subscription", name);
  const problem = {
    configured: `subscription ${name} is in the configuration: change it there, and reload`,
    other_kind: `subscription ${name} is no stream: only those have a filter without the configuration`,
    deleting: `subscription ${name} is being deleted`,
  }[outcome];
  return new RpcError("FAILED_PRECONDITION", problem);
}

function refusal(name: string, outcome: "not_paused" | "removed" | "missing"): RpcError {
  if (outcome === "missing") return missing("subscription", name);
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
    ...(now?.heldUntil && { heldUntilMs: now.heldUntil }),
  };
}

function describeTarget(target: Target): string {
  if (target.kind === "handler") return target.path;
  return target.kind === "endpoint" ? hideEndpointCredentials(target.url) : "";
}

function toPause({ by, reason, at }: Pause): SubscriptionPauseMessage {
  return { by, reason, atMs: at };
}
