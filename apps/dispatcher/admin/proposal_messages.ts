import { type AdminHandlers, type ProposalMessage, replayFilterToMessage } from "@hookgate/rpc";
import { REASON_CHARS_MAX } from "../replay/create_replay.ts";
import { proposalState } from "../store/contract/decide_proposals.ts";
import type { Proposal, ProposedAction, ProposedEffect } from "../store/contract/proposals.ts";

/** A proposal as a message, as of `now`. */
export function proposalToMessage(proposal: Proposal, now: number): ProposalMessage {
  const { id, at, by, reason, expiresAt, action, effect, decision } = proposal;
  return {
    ...{ id, atMs: at, by, reason, expiresAtMs: expiresAt },
    action: actionToMessage(action),
    summary: describeAction(action, effect),
    count: effect.count,
    bySubscription: [...effect.bySubscription],
    state: proposalState(proposal, now),
    ...(decision && { decidedAtMs: decision.at }),
    decidedBy: decision?.by ?? "",
    decisionReason: decision?.reason ?? "",
    outcome: decision?.outcome ?? "",
  };
}

/** What an action does, and what it came to, in a sentence. */
export function describeAction(action: ProposedAction, { count }: ProposedEffect): string {
  switch (action.kind) {
    case "replay": {
      const what = count === 1 ? "1 delivery" : `${count} deliveries`;
      return `Repeat ${what}, at most ${action.perSecond} a second: ${describeFilter(action.filter)}`;
    }
    case "release":
      return `Release ${count === 1 ? "1 refused request" : `${count} refused requests`}: store and deliver them`;
    case "pause": {
      const wait = count === 1 ? "1 delivery waits" : `${count} deliveries wait`;
      return `Pause ${JSON.stringify(action.subscription)}: ${wait} for it now, and what comes waits, too`;
    }
  }
}

function describeFilter(filter: Extract<ProposedAction, { kind: "replay" }>["filter"]): string {
  const { ids, from, to, ...named } = filter;
  if (ids) return ids.length > 3 ? `${ids.length} by their ids` : ids.join(", ");
  const parts = Object.entries(named).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  if (from !== undefined) parts.push(`received at ${new Date(from).toISOString()} or later`);
  if (to !== undefined) parts.push(`received before ${new Date(to).toISOString()}`);
  return parts.join(", ");
}

function actionToMessage(action: ProposedAction): NonNullable<ProposalMessage["action"]> {
  const none = { replay: null, release: null, pause: null };
  switch (action.kind) {
    case "replay": {
      const { filter, perSecond } = action;
      return { ...none, replay: { filter: replayFilterToMessage(filter), perSecond } };
    }
    case "release":
      return { ...none, release: { ids: [...action.ids] } };
    case "pause":
      return { ...none, pause: { subscription: action.subscription } };
  }
}

type Request<Name extends keyof AdminHandlers> = Parameters<AdminHandlers[Name]>[0];

/** The call that does what was proposed. */
type Act =
  | { kind: "replay"; request: Request<"createReplay"> }
  | { kind: "release"; request: Request<"verifyQuarantined"> }
  | { kind: "pause"; request: Request<"pauseSubscription"> };

/** The call that does what was proposed, with where it comes from as its reason. */
export function toActMessage({ id, by, reason: why, action }: Proposal): Act {
  const from = ` (${id}, proposed by ${by})`;
  const reason = `${why.slice(0, REASON_CHARS_MAX - from.length)}${from}`;
  switch (action.kind) {
    case "replay": {
      const filter = replayFilterToMessage(action.filter);
      const { perSecond } = action;
      return { kind: "replay", request: { filter, perSecond, reason, dryRun: false } };
    }
    case "release": {
      const ids = [...action.ids];
      return { kind: "release", request: { ids, release: true, staleReason: "", reason } };
    }
    case "pause":
      return { kind: "pause", request: { name: action.subscription, reason } };
  }
}
