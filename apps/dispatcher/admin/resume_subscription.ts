import { RpcError } from "@hookgate/rpc";
import type { Pause, Replay } from "@hookgate/types";
import { BACKFILL_MARGIN_MS, createBackfill } from "../replay/create_backfill.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";
import type { Replays } from "../store/contract/replays.ts";
import type { SubscriptionSet, Subscriptions } from "../store/contract/subscriptions.ts";

/** Options for {@linkcode resumeSubscription}. */
export interface ResumeSubscriptionOptions {
  store: StoreTime &
    Pick<Subscriptions, "subscriptions" | "resumeSubscription"> &
    Pick<Events, "listEvents"> &
    Pick<Replays, "createReplay" | "setReplayState">;
}

/** A subscription that goes on. */
export interface ResumedSubscription {
  /** The pause that it was. */
  pause: Pause;
  /** What gives it the events that it missed; null where it missed none. */
  backfill: Replay | null;
  set: SubscriptionSet;
}

/**
 * Ends a pause. One for a backlog made no deliveries: a backfill makes them. It is made first, and waits until the pause
 * has ended, so that nothing is lost whatever happens between the two.
 *
 * @throws {RpcError} NOT_FOUND where there is none, FAILED_PRECONDITION where it cannot be resumed.
 */
export async function resumeSubscription(
  name: string,
  { store }: ResumeSubscriptionOptions,
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
  // An operator's pause can have become one for the backlog meanwhile.
  const late = pause.by === "backlog" && !early ? await fill(pause) : null;
  return { pause, backfill: early ?? late, set };
}

function refusal(name: string, outcome: "not_paused" | "removed" | "missing"): RpcError {
  if (outcome === "missing") return new RpcError("NOT_FOUND", `there is no subscription ${name}`);
  const problem =
    outcome === "removed"
      ? `subscription ${name} is not in the configuration any more: name it there again`
      : `subscription ${name} is not paused`;
  return new RpcError("FAILED_PRECONDITION", problem);
}
