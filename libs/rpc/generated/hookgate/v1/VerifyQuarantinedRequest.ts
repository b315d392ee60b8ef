// Original file: protos/hookgate/v1/admin.proto


/**
 * VerifyQuarantinedRequest names refused requests.
 */
export interface VerifyQuarantinedRequest {
  /**
   * Their ids, at most 1,000.
   */
  'ids'?: (string)[];
  /**
   * Store and deliver requests that verify.
   */
  'release'?: (boolean);
  /**
   * Why requests that verify but for their age count as verified, too; empty if they do not. At most 500 characters. It is
   * logged, and the events are flagged "stale".
   */
  'staleReason'?: (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * VerifyQuarantinedRequest names refused requests.
 */
export interface VerifyQuarantinedRequest__Output {
  /**
   * Their ids, at most 1,000.
   */
  'ids': (string)[];
  /**
   * Store and deliver requests that verify.
   */
  'release': (boolean);
  /**
   * Why requests that verify but for their age count as verified, too; empty if they do not. At most 500 characters. It is
   * logged, and the events are flagged "stale".
   */
  'staleReason': (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
