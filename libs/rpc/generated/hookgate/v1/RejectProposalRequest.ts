// Original file: protos/hookgate/v1/proposal.proto


/**
 * RejectProposalRequest names a proposal.
 */
export interface RejectProposalRequest {
  /**
   * Its id.
   */
  'id'?: (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * RejectProposalRequest names a proposal.
 */
export interface RejectProposalRequest__Output {
  /**
   * Its id.
   */
  'id': (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
