// Original file: protos/hookgate/v1/admin.proto


/**
 * ListStoreProblemsResponse is what one part showed.
 */
export interface ListStoreProblemsResponse {
  /**
   * What is wrong, a sentence each.
   */
  'problems'?: (string)[];
  /**
   * Events looked at.
   */
  'events'?: (number);
  /**
   * Deliveries looked at.
   */
  'deliveries'?: (number);
  /**
   * For the next part; empty at the end.
   */
  'nextPageToken'?: (string);
}

/**
 * ListStoreProblemsResponse is what one part showed.
 */
export interface ListStoreProblemsResponse__Output {
  /**
   * What is wrong, a sentence each.
   */
  'problems': (string)[];
  /**
   * Events looked at.
   */
  'events': (number);
  /**
   * Deliveries looked at.
   */
  'deliveries': (number);
  /**
   * For the next part; empty at the end.
   */
  'nextPageToken': (string);
}
