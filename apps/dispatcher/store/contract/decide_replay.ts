import type { DeliveryState, Replay, ReplayState } from "@hookgate/types";
import { REPLAYS_KEPT_MAX, type ReplayStep } from "./replays.ts";

/** Reason of the deliveries that are cancelled together with their replay. */
export const REPLAY_CANCELLED_REASON = "its replay was cancelled";

/** The states of a replay that has ended, and so can neither change nor take steps. */
export const REPLAY_ENDED: readonly ReplayState[] = ["cancelled", "done"];

/** Why a replay cannot be kept if all that are kept have not ended. */
export function replaysFull(): RangeError {
  return new RangeError(
    `Cannot keep the replay: ${REPLAYS_KEPT_MAX} are kept and none of them has ended`,
  );
}

/** A replay after its state is set at `now`; the same one if it has ended. */
export function decideReplayState(
  replay: Replay,
  { state, now }: { state: ReplayState; now: number },
): Replay {
  if (REPLAY_ENDED.includes(replay.state)) return replay;
  return { ...replay, state, endedAt: REPLAY_ENDED.includes(state) ? now : null };
}

/** Whether a replay takes a step: it runs, and no other step was taken since this one was planned. */
export function takesStep({ state, cursor }: Replay, { from }: ReplayStep): boolean {
  return state === "running" && cursor === from;
}

/** A replay after a step that made so many deliveries. */
export function afterStep(
  replay: Replay,
  { to, seen, done }: ReplayStep,
  { made, now }: { made: number; now: number },
): Replay {
  return {
    ...replay,
    cursor: to,
    seen: replay.seen + seen,
    made: replay.made + made,
    state: done ? "done" : replay.state,
    endedAt: done ? now : null,
  };
}

/** Whether a delivery that repeats `replayOf` can be made: that is still the latest of its event and subscription, and has ended. */
export function canRepeat(
  latest: { id: string; state: DeliveryState } | null,
  replayOf: string | null,
): boolean {
  if (!latest) return replayOf === null;
  return latest.id === replayOf && latest.state !== "waiting" && latest.state !== "running";
}
