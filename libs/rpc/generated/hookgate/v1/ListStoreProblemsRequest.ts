// Original file: protos/hookgate/v1/admin.proto


/**
 * ListStoreProblemsRequest names the part to look at.
 */
export interface ListStoreProblemsRequest {
  /**
   * next_page_token of the part before; empty for the first.
   */
  'pageToken'?: (string);
}

/**
 * ListStoreProblemsRequest names the part to look at.
 */
export interface ListStoreProblemsRequest__Output {
  /**
   * next_page_token of the part before; empty for the first.
   */
  'pageToken': (string);
}
