import {
  type AdminHandlers,
  type Caller,
  type ChangeMessage,
  type FailureGroupMessage,
  RpcError,
} from "@hookgate/rpc";
import { hideEndpointCredentials } from "../headers/hide_credentials.ts";
import {
  CHANGE_KINDS,
  type Change,
  type ChangeKind,
  type Changes,
} from "../store/contract/changes.ts";
import { failureState, hasReturned, recentFailures } from "../store/contract/decide_failures.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import {
  FAILURE_SLOTS,
  FAILURE_STATES,
  type FailureGroup,
  type FailureMark,
  type FailureState,
  type Failures,
} from "../store/contract/failures.ts";
import { isId } from "../store/contract/ids.ts";
import { type KnownNames, nameNotes, subjectNotes } from "./name_notes.ts";
import { checkPageSize, checkReason, missing, toRpcError } from "./rpc_errors.ts";

/** Changes that are shown with a group: so many, of so long before it began, in milliseconds. */
const CHANGES_SHOWN_MAX = 20;
const CHANGES_BEFORE_MS = 86_400_000;

/** A group is counted in steps of a write, so a change may be noted a moment after the failures that it causes. */
const CHANGES_AFTER_MS = 1_000;

/** Options for {@linkcode failureCalls}. */
export interface FailureCallsOptions extends KnownNames {
  store: StoreTime &
    Pick<Failures, "failures" | "failure" | "markFailure"> &
    Pick<Changes, "changes">;
}

type FailureCalls = Pick<
  AdminHandlers,
  "listFailures" | "getFailure" | "acknowledgeFailure" | "resolveFailure" | "listChanges"
>;

/** The operator's calls about failures and changes. */
export function failureCalls({ store, ...known }: FailureCallsOptions): FailureCalls {
  async function mark(id: string, given: Pick<FailureMark, "state" | "by" | "reason">) {
    const { state, by } = given;
    const reason = checkReason(given.reason);
    const found = await store.failure(id).catch(toRpcError);
    if (!found) throw missing("group of failures", id);
    const { attempts } = found;
    const marked = await store
      .markFailure(id, { state, at: store.now(), attempts, by, reason })
      .catch(toRpcError);
    if (!marked) throw missing("group of failures", id);
    return { failure: groupToMessage(marked, store.now()) };
  }

  return {
    async listFailures({ subscription, states, pageSize, pageToken, sinceMs = 0 }) {
      const limit = checkPageSize(pageSize);
      const wanted = new Set(states.map(readState));
      const after = readToken(pageToken);
      const groups = await store
        .failures(subscription === "" ? {} : { subscription })
        .catch(toRpcError);
      const rest = groups
        .filter((group) => wanted.size === 0 || wanted.has(failureState(group)))
        .filter((group) => group.lastAt >= sinceMs)
        .toSorted(newestFirst)
        .filter((group) => after === null || newestFirst(after, group) < 0);
      const page = rest.slice(0, limit);
      const last = rest.length > limit ? page.at(-1) : undefined;
      return {
        failures: page.map((group) => groupToMessage(group, store.now())),
        nextPageToken: last ? `${last.lastAt}.${last.id}` : "",
        notes: pageToken === "" ? nameNotes({ subscription }, known) : [],
      };
    },

    async getFailure({ id }) {
      const group = await store.failure(id).catch(toRpcError);
      if (!group) throw missing("group of failures", id);
      const to = group.firstAt + CHANGES_AFTER_MS;
      const from = group.firstAt - CHANGES_BEFORE_MS;
      const changes = await store.changes({ from, to, limit: CHANGES_SHOWN_MAX }).catch(toRpcError);
      return {
        failure: groupToMessage(group, store.now()),
        changesBefore: changes.map(changeToMessage),
      };
    },

    acknowledgeFailure: ({ id, reason = "" }, caller?: Caller) =>
      mark(id, { state: "acknowledged", by: caller?.name ?? "", reason }),

    resolveFailure: ({ id, reason = "" }, caller?: Caller) =>
      mark(id, { state: "resolved", by: caller?.name ?? "", reason }),

    async listChanges({ kinds, subject, fromMs, toMs, pageSize, pageToken }) {
      if (pageToken !== "" && !isId(pageToken, "chg")) {
        throw new RpcError("INVALID_ARGUMENT", "page_token is not one of an answer");
      }
      const limit = checkPageSize(pageSize);
      const changes = await store
        .changes({
          limit,
          ...(kinds.length > 0 && { kinds: kinds.map(readKind) }),
          ...(subject !== "" && { subject }),
          ...(fromMs !== undefined && { from: fromMs }),
          ...(toMs !== undefined && { to: toMs }),
          ...(pageToken !== "" && { before: pageToken }),
        })
        .catch(toRpcError);
      const last = changes.length === limit ? changes.at(-1) : undefined;
      return {
        changes: changes.map(changeToMessage),
        nextPageToken: last?.id ?? "",
        notes: pageToken === "" ? subjectNotes(subject, known) : [],
      };
    },
  };
}

/** How an endpoint's URL begins, and no path of a handler's file. */
const HTTP = /^https?:\/\//;

/** A group as a message, as of `now`. */
export function groupToMessage(group: FailureGroup, now: number): FailureGroupMessage {
  const { firstAt, lastAt, slots, mark, sample, ...same } = group;
  const recent = recentFailures(slots, now);
  const hour = FAILURE_SLOTS / 2;
  return {
    ...same,
    target: HTTP.test(group.target) ? hideEndpointCredentials(group.target) : group.target,
    firstAtMs: firstAt,
    lastAtMs: lastAt,
    lastHour: sum(recent.slice(hour)),
    hourBefore: sum(recent.slice(0, hour)),
    state: failureState(group),
    ...(mark && { stateAtMs: mark.at }),
    stateBy: mark?.by ?? "",
    stateReason: mark?.reason ?? "",
    returned: hasReturned(group),
    ...sample,
    recent,
  };
}

/** A change as a message. */
export function changeToMessage({ at, value: _, ...change }: Change): ChangeMessage {
  return { ...change, atMs: at };
}

type Place = Pick<FailureGroup, "lastAt" | "id">;

/** Negative if the first one failed later. */
function newestFirst(one: Place, other: Place): number {
  return other.lastAt - one.lastAt || (one.id < other.id ? -1 : 1);
}

function readToken(token: string): Place | null {
  if (token === "") return null;
  const [, lastAt, id] = /^(\d{1,16})\.(flr_[0-9a-f]{32})$/.exec(token) ?? [];
  if (id !== undefined) return { lastAt: Number(lastAt), id };
  throw new RpcError("INVALID_ARGUMENT", "page_token is not one of an answer");
}

function readState(name: string): FailureState {
  const state = FAILURE_STATES.find((one) => one === name);
  if (state !== undefined) return state;
  throw new RpcError(
    "INVALID_ARGUMENT",
    `There is no state "${name}": states are ${FAILURE_STATES.join(", ")}`,
  );
}

function readKind(name: string): ChangeKind {
  const kind = CHANGE_KINDS.find((one) => one === name);
  if (kind !== undefined) return kind;
  throw new RpcError(
    "INVALID_ARGUMENT",
    `There is no kind "${name}": kinds are ${CHANGE_KINDS.join(", ")}`,
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
