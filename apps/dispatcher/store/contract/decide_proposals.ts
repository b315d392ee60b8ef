import {
  type DecideResult,
  PROPOSALS_KEPT_MAX,
  PROPOSALS_WAITING_MAX,
  type Proposal,
  type ProposalDecision,
} from "./proposals.ts";

/** `expired`: nobody has decided in time. */
export type ProposalState = ProposalDecision["state"] | "waiting" | "expired";

/** The state of a proposal at `now`. */
export function proposalState(
  { decision, expiresAt }: Pick<Proposal, "decision" | "expiresAt">,
  now: number,
): ProposalState {
  if (decision) return decision.state;
  return now < expiresAt ? "waiting" : "expired";
}

/** What the fields that decide about keeping say. */
type Known = Pick<Proposal, "id" | "decision" | "expiresAt">;

/** Which of the kept ones have to go so that one more is kept, oldest first; null if it cannot be kept because too many wait. */
export function makeRoom(kept: readonly Known[], now: number): string[] | null {
  const over = kept.filter((one) => proposalState(one, now) !== "waiting");
  if (kept.length - over.length >= PROPOSALS_WAITING_MAX) return null;
  const excess = Math.max(0, kept.length + 1 - PROPOSALS_KEPT_MAX);
  const ids = over.map(({ id }) => id).toSorted();
  return ids.slice(0, excess);
}

/** A proposal after a decision at `now`. */
export function decide(
  proposal: Proposal | null,
  decision: ProposalDecision,
  now: number,
): DecideResult {
  if (!proposal) return { outcome: "missing" };
  if (proposalState(proposal, now) !== "waiting") return { outcome: "refused", proposal };
  return { outcome: "decided", proposal: { ...proposal, decision } };
}
