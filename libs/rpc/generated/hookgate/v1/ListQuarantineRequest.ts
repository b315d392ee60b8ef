// Original file: protos/hookgate/v1/admin.proto


/**
 * ListQuarantineRequest selects refused requests. Empty fields select all.
 */
export interface ListQuarantineRequest {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * Why they were refused.
   */
  'reason'?: (string);
  /**
   * Include released ones.
   */
  'includeReleased'?: (boolean);
  /**
   * Requests on a page, 1 to 1,000; 0 means 50.
   */
  'pageSize'?: (number);
  /**
   * next_page_token of the page before; empty for the first.
   */
  'pageToken'?: (string);
}

/**
 * ListQuarantineRequest selects refused requests. Empty fields select all.
 */
export interface ListQuarantineRequest__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * Why they were refused.
   */
  'reason': (string);
  /**
   * Include released ones.
   */
  'includeReleased': (boolean);
  /**
   * Requests on a page, 1 to 1,000; 0 means 50.
   */
  'pageSize': (number);
  /**
   * next_page_token of the page before; empty for the first.
   */
  'pageToken': (string);
}
