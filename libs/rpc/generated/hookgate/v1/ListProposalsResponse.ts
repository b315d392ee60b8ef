// Original file: protos/hookgate/v1/proposal.proto

import type { Proposal as _hookgate_v1_Proposal, Proposal__Output as _hookgate_v1_Proposal__Output } from '../../hookgate/v1/Proposal.ts';

/**
 * ListProposalsResponse lists proposals.
 */
export interface ListProposalsResponse {
  /**
   * Newest first.
   */
  'proposals'?: (_hookgate_v1_Proposal)[];
}

/**
 * ListProposalsResponse lists proposals.
 */
export interface ListProposalsResponse__Output {
  /**
   * Newest first.
   */
  'proposals': (_hookgate_v1_Proposal__Output)[];
}
