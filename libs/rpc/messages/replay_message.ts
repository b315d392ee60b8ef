import { DELIVERY_STATES, REPLAY_STATES, type Replay, type ReplayFilter } from "@hookgate/types";
import type {
  DeliveryStateEnum,
  ReplayFilterMessage,
  ReplayMessage,
} from "../generated/messages.ts";
import { RpcError } from "../transport/rpc_error.ts";

const KINDS = ["replay", "backfill"] as const;

/** A replay as a message, without its cursor, which only dispatchers need. */
export function replayToMessage(replay: Replay): ReplayMessage {
  return {
    id: replay.id,
    kind: replay.kind,
    filter: replayFilterToMessage(replay.filter),
    reason: replay.reason,
    perSecond: replay.perSecond,
    state: replay.state,
    createdAtMs: replay.createdAt,
    ...(replay.endedAt !== null && { endedAtMs: replay.endedAt }),
    seen: replay.seen,
    made: replay.made,
    ...(replay.expected !== null && { expected: replay.expected }),
  };
}

/**
 * A message as a replay. `cursor` is null: messages do not carry it.
 *
 * @throws {RpcError} INTERNAL for a kind or a state that this version does not know.
 */
export function replayFromMessage(message: ReplayMessage): Replay {
  return {
    id: message.id,
    kind: read("kind", message.kind, KINDS),
    filter: message.filter ? replayFilterFromMessage(message.filter) : {},
    reason: message.reason,
    perSecond: message.perSecond,
    state: read("state", message.state, REPLAY_STATES),
    createdAt: message.createdAtMs,
    endedAt: message.endedAtMs ?? null,
    cursor: null,
    seen: message.seen,
    made: message.made,
    expected: message.expected ?? null,
  };
}

/** A filter as a message. */
export function replayFilterToMessage(filter: ReplayFilter): ReplayFilterMessage {
  const { ids = [], source = "", type = "", subscription = "", state, from, to } = filter;
  const { failure = "" } = filter;
  return {
    ids: [...ids],
    source,
    type,
    subscription,
    state: state ? stateName(state) : "DELIVERY_STATE_UNSPECIFIED",
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
    failure,
  };
}

/**
 * A message as a filter: empty fields are left out.
 *
 * @throws {RpcError} INVALID_ARGUMENT for a state that this version does not know.
 */
export function replayFilterFromMessage(message: ReplayFilterMessage): ReplayFilter {
  const { ids, source, type, subscription, state, fromMs, toMs, failure } = message;
  const known = DELIVERY_STATES.find((one) => stateName(one) === state);
  if (!known && state !== "DELIVERY_STATE_UNSPECIFIED") {
    throw new RpcError("INVALID_ARGUMENT", `Cannot read a filter: its state ${state} is not known`);
  }
  return {
    ...(ids.length > 0 && { ids: [...ids] }),
    ...(source && { source }),
    ...(type && { type }),
    ...(subscription && { subscription }),
    ...(known && { state: known }),
    ...(fromMs !== undefined && { from: fromMs }),
    ...(toMs !== undefined && { to: toMs }),
    ...(failure && { failure }),
  };
}

function stateName(state: (typeof DELIVERY_STATES)[number]): Extract<DeliveryStateEnum, string> {
  return `DELIVERY_STATE_${state.toUpperCase() as Uppercase<typeof state>}`;
}

function read<Name extends string>(what: string, value: string, names: readonly Name[]): Name {
  const name = names.find((known) => known === value);
  if (name !== undefined) return name;
  const shown = JSON.stringify(value.slice(0, 60));
  throw new RpcError("INTERNAL", `Cannot read a replay: its ${what} ${shown} is not known here`);
}
