// Original file: protos/hookgate/v1/proposal.proto


/**
 * ListProposalsRequest says which proposals are wanted.
 */
export interface ListProposalsRequest {
  /**
   * Only those that wait.
   */
  'waitingOnly'?: (boolean);
}

/**
 * ListProposalsRequest says which proposals are wanted.
 */
export interface ListProposalsRequest__Output {
  /**
   * Only those that wait.
   */
  'waitingOnly': (boolean);
}
