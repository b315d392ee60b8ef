// Original file: protos/hookgate/v1/admin.proto


/**
 * ListReplaysRequest asks for those that are kept.
 */
export interface ListReplaysRequest {
  /**
   * At most so many, 1 to 1,000; 0 means 50.
   */
  'limit'?: (number);
}

/**
 * ListReplaysRequest asks for those that are kept.
 */
export interface ListReplaysRequest__Output {
  /**
   * At most so many, 1 to 1,000; 0 means 50.
   */
  'limit': (number);
}
