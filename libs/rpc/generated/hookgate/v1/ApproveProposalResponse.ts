// Original file: protos/hookgate/v1/proposal.proto

import type { Proposal as _hookgate_v1_Proposal, Proposal__Output as _hookgate_v1_Proposal__Output } from '../../hookgate/v1/Proposal.ts';

/**
 * ApproveProposalResponse is the proposal, after it was done.
 */
export interface ApproveProposalResponse {
  /**
   * The proposal.
   */
  'proposal'?: (_hookgate_v1_Proposal | null);
}

/**
 * ApproveProposalResponse is the proposal, after it was done.
 */
export interface ApproveProposalResponse__Output {
  /**
   * The proposal.
   */
  'proposal': (_hookgate_v1_Proposal__Output | null);
}
