// Original file: protos/hookgate/v1/admin.proto


/**
 * FindRequest has an id.
 */
export interface FindRequest {
  /**
   * Any id, of ours or of a provider. Of a longer text, such as a line of a log, all ids of ours in it, at most 20.
   */
  'text'?: (string);
}

/**
 * FindRequest has an id.
 */
export interface FindRequest__Output {
  /**
   * Any id, of ours or of a provider. Of a longer text, such as a line of a log, all ids of ours in it, at most 20.
   */
  'text': (string);
}
