// Original file: protos/hookgate/v1/admin.proto


/**
 * ListReplaysRequest lists replays that are kept.
 */
export interface ListReplaysRequest {
  /**
   * Most replays to return, 1 to 1,000; 0 means 50.
   */
  'limit'?: (number);
}

/**
 * ListReplaysRequest lists replays that are kept.
 */
export interface ListReplaysRequest__Output {
  /**
   * Most replays to return, 1 to 1,000; 0 means 50.
   */
  'limit': (number);
}
