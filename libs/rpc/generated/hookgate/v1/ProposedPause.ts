// Original file: protos/hookgate/v1/proposal.proto


/**
 * ProposedPause pauses a subscription, as PauseSubscription does.
 */
export interface ProposedPause {
  /**
   * Its name.
   */
  'subscription'?: (string);
}

/**
 * ProposedPause pauses a subscription, as PauseSubscription does.
 */
export interface ProposedPause__Output {
  /**
   * Its name.
   */
  'subscription': (string);
}
