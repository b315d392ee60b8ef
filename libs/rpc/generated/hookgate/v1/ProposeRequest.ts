// Original file: protos/hookgate/v1/proposal.proto

import type { ProposedAction as _hookgate_v1_ProposedAction, ProposedAction__Output as _hookgate_v1_ProposedAction__Output } from '../../hookgate/v1/ProposedAction.ts';

/**
 * ProposeRequest says what to do, and why.
 */
export interface ProposeRequest {
  /**
   * What.
   */
  'action'?: (_hookgate_v1_ProposedAction | null);
  /**
   * Why, for the person who decides; required, at most 500 characters.
   */
  'reason'?: (string);
}

/**
 * ProposeRequest says what to do, and why.
 */
export interface ProposeRequest__Output {
  /**
   * What.
   */
  'action': (_hookgate_v1_ProposedAction__Output | null);
  /**
   * Why, for the person who decides; required, at most 500 characters.
   */
  'reason': (string);
}
