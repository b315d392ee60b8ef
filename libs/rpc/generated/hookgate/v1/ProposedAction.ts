// Original file: protos/hookgate/v1/proposal.proto

import type { ProposedReplay as _hookgate_v1_ProposedReplay, ProposedReplay__Output as _hookgate_v1_ProposedReplay__Output } from '../../hookgate/v1/ProposedReplay.ts';
import type { ProposedRelease as _hookgate_v1_ProposedRelease, ProposedRelease__Output as _hookgate_v1_ProposedRelease__Output } from '../../hookgate/v1/ProposedRelease.ts';
import type { ProposedPause as _hookgate_v1_ProposedPause, ProposedPause__Output as _hookgate_v1_ProposedPause__Output } from '../../hookgate/v1/ProposedPause.ts';

/**
 * ProposedAction is what is to be done: exactly one of these.
 */
export interface ProposedAction {
  /**
   * Repeat deliveries.
   */
  'replay'?: (_hookgate_v1_ProposedReplay | null);
  /**
   * Release refused requests.
   */
  'release'?: (_hookgate_v1_ProposedRelease | null);
  /**
   * Pause a subscription.
   */
  'pause'?: (_hookgate_v1_ProposedPause | null);
}

/**
 * ProposedAction is what is to be done: exactly one of these.
 */
export interface ProposedAction__Output {
  /**
   * Repeat deliveries.
   */
  'replay': (_hookgate_v1_ProposedReplay__Output | null);
  /**
   * Release refused requests.
   */
  'release': (_hookgate_v1_ProposedRelease__Output | null);
  /**
   * Pause a subscription.
   */
  'pause': (_hookgate_v1_ProposedPause__Output | null);
}
