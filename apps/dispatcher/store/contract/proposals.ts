import type { ReplayFilter } from "@hookgate/types";

/** Proposals that wait at once. */
export const PROPOSALS_WAITING_MAX = 100;

/** Proposals that are kept, whatever became of them. */
export const PROPOSALS_KEPT_MAX = 300;

/** How long a proposal can be approved, in milliseconds: a day. What is older, nobody remembers the reason for. */
export const PROPOSAL_MS_MAX = 86_400_000;

/** What is done when a proposal is approved. */
export type ProposedAction =
  /** `filter` has an end, so that later events do not belong to it. */
  | { kind: "replay"; filter: ReplayFilter; perSecond: number }
  | { kind: "release"; ids: readonly string[] }
  | { kind: "pause"; subscription: string };

/** What an action came to when it was proposed. */
export interface ProposedEffect {
  /** Deliveries that are repeated, requests that are released, or deliveries that wait. */
  count: number;
  /** Of a replay: the same by subscription. */
  bySubscription: readonly { subscription: string; deliveries: number }[];
  /** Of a replay: a hash of all its deliveries, so that exactly these are repeated; empty for others. */
  digest: string;
}

/** What somebody decided. */
export interface ProposalDecision {
  state: "approved" | "rejected";
  /** In milliseconds since 1970. */
  at: number;
  /** Name of the caller's token or certificate. */
  by: string;
  /** Why; can be empty. */
  reason: string;
  /** `started` until an approved one has ended; `done`, or why it was not done. Empty of a rejected one. */
  outcome: string;
}

/** An action that waits for a person, or did. */
export interface Proposal {
  /** `prp_` and a UUIDv7 of {@linkcode at}, so that proposals sort by time. */
  id: string;
  /** In milliseconds since 1970. */
  at: number;
  /** Who proposed it: name of the caller's token or certificate. */
  by: string;
  reason: string;
  /** When it can no longer be approved, in milliseconds since 1970. */
  expiresAt: number;
  action: ProposedAction;
  effect: ProposedEffect;
  /** Null until somebody decides. */
  decision: ProposalDecision | null;
}

/** What became of a decision. `refused`: it does not wait any more; as it is now. */
export type DecideResult =
  | { outcome: "decided"; proposal: Proposal }
  | { outcome: "refused"; proposal: Proposal }
  | { outcome: "missing" };

/** Keeps proposals. Each call is one durable transaction. */
export interface Proposals {
  /**
   * Keeps a new proposal; false if {@linkcode PROPOSALS_WAITING_MAX} wait. If {@linkcode PROPOSALS_KEPT_MAX} are kept, the
   * oldest one that does not wait is removed.
   */
  keepProposal(proposal: Proposal): Promise<boolean>;

  /** All proposals, newest first. */
  proposals(): Promise<Proposal[]>;

  /** Decides one that waits by the store's clock. Of several decisions at once one counts. */
  decideProposal(id: string, decision: ProposalDecision): Promise<DecideResult>;

  /** Writes what became of one that was approved; null if there is none. */
  endProposal(id: string, outcome: string): Promise<Proposal | null>;
}
