import { type AdminHandlers, type AdminServer, type Caller, RpcError } from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import { newId, REPLAY_IDS_MAX } from "@hookgate/types";
import type { Audit, AuditEntry } from "../store/contract/audit.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import { VERIFIED_IDS_MAX } from "./quarantine_calls.ts";
import { checkReason, toRpcError } from "./rpc_errors.ts";

/** Longest action, target and outcome in an entry, in characters: each can have what a caller wrote. */
const TEXT_CHARS_MAX = 500;

/** The calls that change something: all whose names say nothing else, so that a new one cannot be forgotten. */
type ActionName = Exclude<keyof AdminHandlers, `get${string}` | `list${string}` | `find${string}`>;

type ReplayFilterMessage = Parameters<AdminHandlers["createReplay"]>[0]["filter"];

/** What a call does; null if this one changes nothing. */
type Describe<Name extends ActionName> = (
  request: Parameters<AdminHandlers[Name]>[0],
  names: Pick<AuditedOptions, "subjectId">,
) => { action: string; target: string | readonly string[]; reason: Reason } | null;

/** Why, in words of the caller: two, if it is asked twice. */
type Reason = string | undefined | readonly (string | undefined)[];

const ACTIONS: { readonly [Name in ActionName]: Describe<Name> } = {
  retryDelivery: ({ id, reason }) => ({ action: "retry", target: id, reason }),
  cancelDelivery: ({ id, reason }) => ({ action: "cancel", target: id, reason }),
  pauseSubscription: ({ name, reason }) => ({ action: "pause", target: name, reason }),
  resumeSubscription: ({ name, reason }) => ({ action: "resume", target: name, reason }),
  changeSubscription: ({ name, reason }) => ({ action: "change", target: name, reason }),
  deleteSubscription: ({ name, reason }) => ({ action: "delete", target: name, reason }),
  createReplay: ({ filter, reason, dryRun }) =>
    dryRun ? null : { action: "replay", target: describeReplay(filter), reason },
  createCopy: ({ eventId, subscription, reason }) => ({
    action: "copy",
    target: `${eventId} for ${subscription}`,
    reason,
  }),
  acknowledgeFailure: ({ id, reason }) => ({ action: "acknowledge", target: id, reason }),
  resolveFailure: ({ id, reason }) => ({ action: "resolve", target: id, reason }),
  setReplayState: ({ id, state, reason }) => ({
    action: `set replay ${state}`,
    target: id,
    reason,
  }),
  verifyQuarantined({ ids, release, reason, staleReason }) {
    if (!release) return null;
    const target = together(ids, VERIFIED_IDS_MAX);
    const isStale = staleReason.trim() !== "";
    return { action: isStale ? "release stale" : "release", target, reason: [staleReason, reason] };
  },
  eraseSubject({ subject, source, reason, dryRun }, { subjectId }) {
    if (dryRun) return null;
    // The name of a person is what is to be erased.
    const target = `${subjectId(subject)}${source && ` in ${source}`}`;
    return { action: "erase", target, reason };
  },
  openTrial: ({ reason }) => ({ action: "open trial", target: "test events", reason }),
  sendTestNotice: ({ recipient, reason }) => ({
    action: "test notify",
    target: recipient || "all recipients",
    reason,
  }),
  backUp: ({ name, reason }) => ({ action: "back up", target: name, reason }),
  openEnrolment: ({ source, reason }) => ({ action: "enrol", target: source, reason }),
  // It changes nothing, and is kept itself. What one can flood, others could be hidden in.
  propose: () => null,
  approveProposal: ({ id, reason }) => ({ action: "approve", target: id, reason }),
  rejectProposal: ({ id, reason }) => ({ action: "reject", target: id, reason }),
  revokeEnrolment: ({ source, reason }) => ({ action: "revoke enrolment", target: source, reason }),
};

/** Options for {@linkcode audited}. */
export interface AuditedOptions {
  store: StoreTime & Pick<Audit, "recordAudit">;
  /** A person as the log names them. */
  subjectId: (subject: string) => string;
  log: Log;
}

/**
 * Writes what operators do to the audit log: before it is done, so that nothing is done unrecorded, and again with what
 * became of it. Without the store nothing is done.
 */
export function audited(
  handlers: AdminHandlers,
  { store, subjectId, log }: AuditedOptions,
): AdminServer {
  function guard<Name extends ActionName>(name: Name): AdminServer[Name] {
    const describe = ACTIONS[name] as Describe<ActionName>;
    // A few calls keep who made them.
    const handle = handlers[name] as (request: never, by: Caller) => Promise<unknown>;
    const guarded = async (request: never, by: Caller): Promise<unknown> => {
      const { name: caller } = by;
      const described = describe(request, { subjectId });
      // Nor does a subscriber operate: what it opens and removes is in the log of changes.
      if (!described || by.only !== undefined) return handle(request, by);
      const { action, target } = described;
      const reason = reasonOf(described.reason);
      const at = store.now();
      const entries = [target].flat().map(
        (one): AuditEntry => ({
          id: newId("aud", { now: at }),
          at,
          caller,
          action: action.slice(0, TEXT_CHARS_MAX),
          target: one.slice(0, TEXT_CHARS_MAX),
          reason,
          outcome: "started",
        }),
      );
      for (const entry of entries) await store.recordAudit(entry).catch(toRpcError);
      const end = async (outcome: string) => {
        for (const entry of entries) {
          const ended = { ...entry, outcome: outcome.slice(0, TEXT_CHARS_MAX) };
          log.info(ended, "an operator acted");
          await store.recordAudit(ended).catch((error: unknown) => {
            log.error({ err: error, entry: entry.id }, "audit log keeps an action as started");
          });
        }
      };
      try {
        const response = await handle(request, by);
        await end(describeResult(response));
        return response;
      } catch (error) {
        await end(error instanceof RpcError ? `refused: ${error.message}` : "failed");
        throw error;
      }
    };
    return guarded as AdminServer[Name];
  }
  const names = Object.keys(ACTIONS) as ActionName[];
  return { ...handlers, ...Object.fromEntries(names.map((name) => [name, guard(name)])) };
}

function reasonOf(reason: Reason): string {
  const said = [reason].flat().map((one = "") => checkReason(one));
  return [...new Set(said)].filter((one) => one !== "").join("; ");
}

/**
 * Many ids as the targets of as few entries as hold all of them: none is cut off, so none can be hidden behind others. A call with
 * more than `idsMax` is refused.
 */
function together(ids: readonly string[], idsMax: number): readonly string[] {
  const targets: string[] = [];
  for (const id of ids.slice(0, idsMax)) {
    const before = targets.at(-1);
    const joined = `${before} ${id}`;
    if (before === undefined || joined.length > TEXT_CHARS_MAX) targets.push(id);
    else targets[targets.length - 1] = joined;
  }
  return targets.length > 0 ? targets : [""];
}

/** What is replayed: the ids, which exclude the other fields, or the fields that restrict. */
function describeReplay(filter: ReplayFilterMessage): string | readonly string[] {
  const ids = filter?.ids ?? [];
  return ids.length > 0 ? together(ids, REPLAY_IDS_MAX) : describeFilter(filter);
}

/** The fields of a filter that restrict, as JSON. */
function describeFilter(filter: ReplayFilterMessage): string {
  const set = Object.entries(filter ?? {}).filter(([key, value]) => {
    if (Array.isArray(value)) return value.length > 0;
    return (
      value !== "" && value !== undefined && !(key === "state" && /UNSPECIFIED/.test(String(value)))
    );
  });
  return JSON.stringify(Object.fromEntries(set));
}

/** `done`, and what was made of it if that has a name of its own. */
function describeResult(response: unknown): string {
  const { replay, backfill, results, keys, proposal } = response as {
    replay?: { id: string } | null;
    backfill?: string;
    results?: readonly Result[];
    keys?: readonly unknown[];
    proposal?: { outcome: string } | null;
  };
  if (keys) return `done: ${keys.length} ${keys.length === 1 ? "key" : "keys"} deleted`;
  if (proposal?.outcome) return proposal.outcome;
  if (results) return `done: ${countOutcomes(results)}`;
  const made = replay?.id ?? backfill;
  return made ? `done: ${made}` : "done";
}

/** What became of a refused request, or of a test message. */
type Result = { outcome: string } | { ok: boolean };

function countOutcomes(results: readonly Result[]): string {
  const counts = new Map<string, number>();
  const outcomes = results.map((one) =>
    "outcome" in one ? one.outcome : one.ok ? "sent" : "failed",
  );
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
}
