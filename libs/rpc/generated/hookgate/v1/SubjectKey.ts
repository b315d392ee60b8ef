// Original file: protos/hookgate/v1/admin.proto


/**
 * SubjectKey is the key of a person for the events of one source and month.
 */
export interface SubjectKey {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * Of the events, such as "2026-12".
   */
  'month'?: (string);
}

/**
 * SubjectKey is the key of a person for the events of one source and month.
 */
export interface SubjectKey__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * Of the events, such as "2026-12".
   */
  'month': (string);
}
