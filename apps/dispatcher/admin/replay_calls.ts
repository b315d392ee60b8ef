import {
  type AdminHandlers,
  RpcError,
  replayFilterFromMessage,
  replayToMessage,
} from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import { REPLAY_STATES, type Replay, type ReplayFilter } from "@hookgate/types";
import { type CreateReplayOptions, createReplay } from "../replay/create_replay.ts";
import type { Failures } from "../store/contract/failures.ts";
import { REPLAYS_KEPT_MAX, type Replays } from "../store/contract/replays.ts";
import { type KnownNames, nameNotes } from "./name_notes.ts";
import { missing, toRpcError } from "./rpc_errors.ts";

const REPLAYS_LISTED_DEFAULT = 50;

/** Most ids in the filters of one answer, so that it fits into a message of 4 MB. */
const IDS_LISTED_MAX = 100_000;

/** Options for {@linkcode replayCalls}. */
export interface ReplayCallsOptions extends KnownNames, Pick<CreateReplayOptions, "readElsewhere"> {
  store: CreateReplayOptions["store"] &
    Pick<Replays, "replays" | "setReplayState"> &
    Pick<Failures, "failure">;
  /** Called when a replay was created or its state changed. */
  lookForReplays: () => void;
  log: Log;
}

/** The operator's calls about replays. */
export function replayCalls({
  store,
  lookForReplays,
  readElsewhere,
  log,
  ...known
}: ReplayCallsOptions): Pick<AdminHandlers, "createReplay" | "listReplays" | "setReplayState"> {
  return {
    async createReplay({ filter, reason, perSecond, dryRun }) {
      const asked = filter ? replayFilterFromMessage(filter) : {};
      const created = await createReplay(await ofFailure(asked, store), {
        store,
        subscriptions: known.subscriptions(),
        reason,
        readElsewhere,
        ...(perSecond !== 0 && { perSecond }),
        dryRun,
      }).catch(toRpcError);
      const { replay, matched, countedAll, bySubscription } = created;
      if (replay) {
        lookForReplays();
        log.warn(
          { replay: replay.id, matched, countedAll, reason: replay.reason },
          "replay created",
        );
      }
      return {
        replay: replay && replayToMessage(replay),
        matched,
        countedAll,
        bySubscription: Object.entries(bySubscription).map(([subscription, deliveries]) => ({
          subscription,
          deliveries,
        })),
        notes: nameNotes(filter ?? {}, known),
      };
    },

    async listReplays({ limit: wanted }) {
      const limit = wanted || REPLAYS_LISTED_DEFAULT;
      if (!(limit >= 1 && limit <= REPLAYS_KEPT_MAX)) {
        throw new RpcError("INVALID_ARGUMENT", `limit must be 1 to ${REPLAYS_KEPT_MAX}`);
      }
      const replays = (await store.replays().catch(toRpcError)).slice(0, limit);
      return { replays: bounded(replays).map(replayToMessage) };
    },

    async setReplayState({ id, state: name }) {
      const state = REPLAY_STATES.find((known) => known === name && known !== "done");
      if (!state) {
        throw new RpcError("INVALID_ARGUMENT", "state must be running, paused or cancelled");
      }
      const replay = await store.setReplayState(id, state).catch(toRpcError);
      if (!replay) throw missing("replay", id);
      if (replay.state !== state) {
        const problem = `replay ${id} is ${replay.state}: it has ended; create a new one`;
        throw new RpcError("FAILED_PRECONDITION", problem);
      }
      lookForReplays();
      log.warn({ replay: id, state, made: replay.made }, "replay state changed by an operator");
      return { replay: replayToMessage(replay) };
    },
  };
}

/** A filter by a group of failures, with what that says: so the replay reads only the dead deliveries of one subscription. */
export async function ofFailure(
  filter: ReplayFilter,
  store: Pick<Failures, "failure">,
): Promise<ReplayFilter> {
  const { failure, subscription } = filter;
  if (failure === undefined || filter.ids) return filter;
  const group = await store.failure(failure).catch(toRpcError);
  if (!group || (subscription !== undefined && subscription !== group.subscription)) {
    throw missing("group of failures", failure);
  }
  return { state: "dead", ...filter, subscription: group.subscription };
}

/** The first ones that fit into one answer. */
function bounded(replays: readonly Replay[]): readonly Replay[] {
  let ids = 0;
  const end = replays.findIndex(({ filter }) => {
    ids += filter.ids?.length ?? 0;
    return ids > IDS_LISTED_MAX;
  });
  return end === -1 ? replays : replays.slice(0, end);
}
