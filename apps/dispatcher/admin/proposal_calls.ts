import { isDeepStrictEqual } from "node:util";
import {
  type AdminHandlers,
  type AdminServer,
  type Caller,
  type ProposalMessage,
  RpcError,
  replayFilterFromMessage,
} from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import { newId, type ReplayFilter } from "@hookgate/types";
import { type CreateReplayOptions, createReplay } from "../replay/create_replay.ts";
import { proposalState } from "../store/contract/decide_proposals.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Failures } from "../store/contract/failures.ts";
import {
  PROPOSAL_MS_MAX,
  PROPOSALS_WAITING_MAX,
  type Proposal,
  type ProposalDecision,
  type Proposals,
  type ProposedAction,
  type ProposedEffect,
} from "../store/contract/proposals.ts";
import type { Subscriptions } from "../store/contract/subscriptions.ts";
import { type KnownNames, nameNotes } from "./name_notes.ts";
import { describeAction, proposalToMessage, toActMessage } from "./proposal_messages.ts";
import { ofFailure } from "./replay_calls.ts";
import { checkReason, missing, toRpcError } from "./rpc_errors.ts";

/** Ids in one proposal: a person has to be able to judge it. A filter or a group of failures names more. */
const IDS_MAX = 200;

/** How far the deliveries that wait for a subscription are counted. */
const BACKLOG_COUNTED_MAX = 100_000;

/** Options for {@linkcode proposalCalls}. */
export interface ProposalCallsOptions extends KnownNames {
  store: StoreTime &
    Proposals &
    CreateReplayOptions["store"] &
    Pick<Failures, "failure"> &
    Pick<Subscriptions, "backlog">;
  /** The calls that do what is approved. */
  acts: () => Pick<AdminServer, "createReplay" | "verifyQuarantined" | "pauseSubscription">;
  log: Log;
}

type ProposalCalls = Pick<
  AdminHandlers,
  "propose" | "listProposals" | "approveProposal" | "rejectProposal"
>;

/** The calls about actions that one proposes, and another one approves. */
export function proposalCalls(options: ProposalCallsOptions): ProposalCalls {
  const { store, acts, log } = options;
  const show = (proposal: Proposal) => proposalToMessage(proposal, store.now());

  /** A proposal that waits. Decides nothing: of two who ask at once both may get it. */
  async function findWaiting(id: string): Promise<Proposal> {
    const all = await store.proposals().catch(toRpcError);
    const found = all.find((one) => one.id === id);
    if (!found) throw missing("proposal", id);
    if (proposalState(found, store.now()) !== "waiting") throw over(found, store.now());
    return found;
  }

  async function decide(id: string, given: Omit<ProposalDecision, "at">): Promise<Proposal> {
    const result = await store.decideProposal(id, { ...given, at: store.now() }).catch(toRpcError);
    if (result.outcome === "missing") throw missing("proposal", id);
    if (result.outcome === "refused") throw over(result.proposal, store.now());
    return result.proposal;
  }

  async function end(id: string, outcome: string): Promise<ProposalMessage> {
    const ended = await store.endProposal(id, outcome).catch(toRpcError);
    if (!ended) throw missing("proposal", id);
    return show(ended);
  }

  /** Keeps a proposal, unless the same one waits: a model that asks again must not fill the list of those who decide. */
  async function keep(
    { action, effect }: Tried,
    { by, reason }: Pick<Proposal, "by" | "reason">,
  ): Promise<{ proposal: Proposal; isNew: boolean }> {
    const at = store.now();
    const waiting = (await store.proposals().catch(toRpcError)).find(
      (one) => proposalState(one, at) === "waiting" && isSame(one, { action, effect }),
    );
    if (waiting) return { proposal: waiting, isNew: false };
    const proposal: Proposal = {
      ...{ id: newId("prp", { now: at }), at, by, reason },
      ...{ expiresAt: at + PROPOSAL_MS_MAX, action, effect, decision: null },
    };
    if (!(await store.keepProposal(proposal).catch(toRpcError))) {
      const problem = `${PROPOSALS_WAITING_MAX} proposals wait already: have some of them decided first`;
      throw new RpcError("RESOURCE_EXHAUSTED", problem);
    }
    const summary = describeAction(action, effect);
    log.info({ proposal: proposal.id, by, summary }, "an action was proposed");
    return { proposal, isNew: true };
  }

  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: of two who propose the same at once, the second finds the first. */
  function inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = last.then(run);
    last = result.catch(() => {});
    return result;
  }

  return {
    async propose({ action: given, reason: why }, caller?: Caller) {
      const reason = checkReason(why);
      if (reason === "") {
        throw new RpcError("INVALID_ARGUMENT", "reason is empty: say why, for the one who decides");
      }
      const tried = await tryAction(toAction(given), options);
      const { action } = tried;
      const notes = nameNotes(namesOf(action), options);
      const by = caller?.name ?? "";
      const { proposal, isNew } = await inTurn(() => keep(tried, { by, reason }));
      if (!isNew) notes.push(`${proposal.id} proposes the same and waits: nothing was added`);
      return { proposal: show(proposal), notes };
    },

    async listProposals({ waitingOnly }) {
      const all = await store.proposals().catch(toRpcError);
      const messages = all.map(show);
      return { proposals: messages.filter(({ state }) => !waitingOnly || state === "waiting") };
    },

    async approveProposal({ id, reason: why = "" }, caller: Caller = { name: "" }) {
      const reason = checkReason(why);
      const { action, effect } = await findWaiting(id);
      const now = await tryAction(action, options);
      if (now.effect.digest !== effect.digest) throw changed(id, effect, now.effect);
      const approval = { state: "approved", by: caller.name, reason, outcome: "started" } as const;
      const approved = await decide(id, approval);
      try {
        return { proposal: await end(id, `done${await act(approved, { acts: acts(), caller })}`) };
      } catch (error) {
        const expected = error instanceof RpcError;
        await end(id, expected ? `not done: ${error.message}` : "failed").catch(() => null);
        throw error;
      }
    },

    async rejectProposal({ id, reason: why = "" }, caller?: Caller) {
      const reason = checkReason(why);
      const by = caller?.name ?? "";
      return { proposal: show(await decide(id, { state: "rejected", by, reason, outcome: "" })) };
    },
  };
}

interface ActOptions {
  acts: ReturnType<ProposalCallsOptions["acts"]>;
  /** Who approved it. */
  caller: Caller;
}

/** Does what was proposed; returns what was made of it. */
async function act(proposal: Proposal, { acts, caller }: ActOptions): Promise<string> {
  const message = toActMessage(proposal);
  switch (message.kind) {
    case "replay": {
      const { replay } = await acts.createReplay(message.request, caller);
      return replay ? `: ${replay.id}` : "";
    }
    case "release": {
      const { results } = await acts.verifyQuarantined(message.request, caller);
      const released = results.filter(({ outcome }) => outcome === "released").length;
      return `: ${released} of ${results.length} released`;
    }
    case "pause": {
      await acts.pauseSubscription(message.request, caller);
      return `: ${message.request.name} is paused`;
    }
  }
}

interface Tried {
  action: ProposedAction;
  effect: ProposedEffect;
}

/** Whether a proposal would do the same, in the same way, as far as a person has to judge it. */
function isSame({ action: one, effect }: Proposal, { action: other, effect: now }: Tried): boolean {
  if (one.kind !== "replay" || other.kind !== "replay") return isDeepStrictEqual(one, other);
  // Its filter got an end of its own; what it comes to is what counts.
  return one.perSecond === other.perSecond && effect.digest === now.digest;
}

/** What an action would do now. @throws {RpcError} if it would do nothing, or not be done. */
function tryAction(action: ProposedAction, options: ProposalCallsOptions): Promise<Tried> {
  switch (action.kind) {
    case "replay":
      return tryReplay(action, options);
    case "release":
      return tryRelease(action, options);
    case "pause":
      return tryPause(action, options);
  }
}

async function tryReplay(
  { filter: asked, perSecond }: Extract<ProposedAction, { kind: "replay" }>,
  { store, subscriptions }: ProposalCallsOptions,
): Promise<Tried> {
  checkIds(asked.ids ?? []);
  const counted = await createReplay(await ofFailure(asked, store), {
    store,
    subscriptions: subscriptions(),
    reason: "",
    perSecond,
    dryRun: true,
  }).catch(toRpcError);
  const { filter, matched, countedAll, bySubscription, digest } = counted;
  if (!countedAll) {
    const problem = `more than ${matched} deliveries match, too many to count them all: narrow the filter`;
    throw new RpcError("FAILED_PRECONDITION", problem);
  }
  if (matched === 0) throw new RpcError("FAILED_PRECONDITION", "no deliveries match");
  const of = Object.entries(bySubscription).map(([subscription, deliveries]) => {
    return { subscription, deliveries };
  });
  return {
    action: { kind: "replay", filter, perSecond },
    effect: { count: matched, bySubscription: of, digest },
  };
}

async function tryRelease(
  { ids: named }: Extract<ProposedAction, { kind: "release" }>,
  { acts }: ProposalCallsOptions,
): Promise<Tried> {
  checkIds(named);
  const ids = [...new Set(named)];
  if (ids.length === 0) throw new RpcError("INVALID_ARGUMENT", "release names no ids");
  const request = { ids, release: false, staleReason: "" };
  // Nothing is changed, so nobody has to be named.
  const { results } = await acts().verifyQuarantined(request, { name: "" });
  const refused = results.find(({ outcome }) => outcome !== "verified");
  if (refused) {
    const problem = `${refused.id} would not be released: ${refused.outcome.replaceAll("_", " ")}`;
    throw new RpcError("FAILED_PRECONDITION", problem);
  }
  return {
    action: { kind: "release", ids },
    effect: { count: ids.length, bySubscription: [], digest: "" },
  };
}

async function tryPause(
  action: Extract<ProposedAction, { kind: "pause" }>,
  { store, subscriptions }: ProposalCallsOptions,
): Promise<Tried> {
  const { subscription: name } = action;
  const found = subscriptions().find(({ definition }) => definition.name === name);
  if (!found) throw missing("subscription", name);
  if (found.paused) {
    throw new RpcError("FAILED_PRECONDITION", `subscription ${name} is paused already`);
  }
  const { deliveries } = await store
    .backlog(name, { deliveriesMax: BACKLOG_COUNTED_MAX })
    .catch(toRpcError);
  return { action, effect: { count: deliveries, bySubscription: [], digest: "" } };
}

function checkIds(ids: readonly string[]): void {
  if (ids.length <= IDS_MAX) return;
  const problem = `a proposal names ${IDS_MAX} ids at most: use a filter, or a group of failures`;
  throw new RpcError("INVALID_ARGUMENT", problem);
}

/** The action of a request: exactly one. */
function toAction(given: Parameters<AdminHandlers["propose"]>[0]["action"]): ProposedAction {
  const { replay = null, release = null, pause = null } = given ?? {};
  if ([replay, release, pause].filter((one) => one !== null).length !== 1) {
    const problem = "action has to be exactly one: replay, release or pause";
    throw new RpcError("INVALID_ARGUMENT", problem);
  }
  if (release) return { kind: "release", ids: release.ids };
  if (pause) return { kind: "pause", subscription: pause.subscription };
  const filter: ReplayFilter = replay?.filter ? replayFilterFromMessage(replay.filter) : {};
  return { kind: "replay", filter, perSecond: replay?.perSecond || PER_SECOND_DEFAULT };
}

/** As a replay has it that says nothing else. */
const PER_SECOND_DEFAULT = 200;

function namesOf(action: ProposedAction): Parameters<typeof nameNotes>[0] {
  return action.kind === "replay" ? action.filter : {};
}

function over(proposal: Proposal, now: number): RpcError {
  const state = proposalState(proposal, now);
  const by = proposal.decision ? ` by ${proposal.decision.by}` : "";
  return new RpcError("FAILED_PRECONDITION", `proposal ${proposal.id} is ${state}${by}`);
}

function changed(id: string, was: ProposedEffect, now: ProposedEffect): RpcError {
  const counts =
    was.count === now.count
      ? `${now.count} other deliveries`
      : `${now.count} deliveries, it was ${was.count}`;
  const problem = `proposal ${id} would do something else now: ${counts}; reject it, and have it proposed again`;
  return new RpcError("FAILED_PRECONDITION", problem);
}
