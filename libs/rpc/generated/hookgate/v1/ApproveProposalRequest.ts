// Original file: protos/hookgate/v1/proposal.proto


/**
 * ApproveProposalRequest names a proposal.
 */
export interface ApproveProposalRequest {
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
 * ApproveProposalRequest names a proposal.
 */
export interface ApproveProposalRequest__Output {
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
