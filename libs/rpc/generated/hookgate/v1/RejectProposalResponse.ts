// Original file: protos/hookgate/v1/proposal.proto

import type { Proposal as _hookgate_v1_Proposal, Proposal__Output as _hookgate_v1_Proposal__Output } from '../../hookgate/v1/Proposal.ts';

/**
 * RejectProposalResponse is the proposal now.
 */
export interface RejectProposalResponse {
  /**
   * The proposal.
   */
  'proposal'?: (_hookgate_v1_Proposal | null);
}

/**
 * RejectProposalResponse is the proposal now.
 */
export interface RejectProposalResponse__Output {
  /**
   * The proposal.
   */
  'proposal': (_hookgate_v1_Proposal__Output | null);
}
