// Original file: protos/hookgate/v1/proposal.proto

import type { Proposal as _hookgate_v1_Proposal, Proposal__Output as _hookgate_v1_Proposal__Output } from '../../hookgate/v1/Proposal.ts';

/**
 * ProposeResponse is the proposal as it is kept.
 */
export interface ProposeResponse {
  /**
   * The proposal.
   */
  'proposal'?: (_hookgate_v1_Proposal | null);
  /**
   * About names in the action that are not known now, such as one that was mistyped.
   */
  'notes'?: (string)[];
}

/**
 * ProposeResponse is the proposal as it is kept.
 */
export interface ProposeResponse__Output {
  /**
   * The proposal.
   */
  'proposal': (_hookgate_v1_Proposal__Output | null);
  /**
   * About names in the action that are not known now, such as one that was mistyped.
   */
  'notes': (string)[];
}
