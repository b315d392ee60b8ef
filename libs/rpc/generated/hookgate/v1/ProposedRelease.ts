// Original file: protos/hookgate/v1/proposal.proto


/**
 * ProposedRelease stores and delivers refused requests, as VerifyQuarantined does.
 */
export interface ProposedRelease {
  /**
   * Their ids, at most 200. Each has to verify.
   */
  'ids'?: (string)[];
}

/**
 * ProposedRelease stores and delivers refused requests, as VerifyQuarantined does.
 */
export interface ProposedRelease__Output {
  /**
   * Their ids, at most 200. Each has to verify.
   */
  'ids': (string)[];
}
