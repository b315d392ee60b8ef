// Original file: protos/hookgate/v1/admin.proto


/**
 * EraseSubjectRequest names a person.
 */
export interface EraseSubjectRequest {
  /**
   * The person's id, as the events of the source have it; 1 to 1,000 characters.
   */
  'subject'?: (string);
  /**
   * Only in the events of this source; empty for all.
   */
  'source'?: (string);
  /**
   * Only return which keys there are.
   */
  'dryRun'?: (boolean);
  /**
   * Why, for the audit log; at most 500 characters. The log names the person by a keyed hash.
   */
  'reason'?: (string);
}

/**
 * EraseSubjectRequest names a person.
 */
export interface EraseSubjectRequest__Output {
  /**
   * The person's id, as the events of the source have it; 1 to 1,000 characters.
   */
  'subject': (string);
  /**
   * Only in the events of this source; empty for all.
   */
  'source': (string);
  /**
   * Only return which keys there are.
   */
  'dryRun': (boolean);
  /**
   * Why, for the audit log; at most 500 characters. The log names the person by a keyed hash.
   */
  'reason': (string);
}
