// Original file: protos/hookgate/v1/ingest.proto


/**
 * EnrolledSecret is a secret that a handshake delivered.
 */
export interface EnrolledSecret {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * The secret.
   */
  'value'?: (string);
  /**
   * In a report: the word in the URL of the handshake that delivered it.
   */
  'word'?: (string);
  /**
   * In a report: the address that delivered it.
   */
  'address'?: (string);
  '_word'?: "word";
  '_address'?: "address";
}

/**
 * EnrolledSecret is a secret that a handshake delivered.
 */
export interface EnrolledSecret__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * The secret.
   */
  'value': (string);
  /**
   * In a report: the word in the URL of the handshake that delivered it.
   */
  'word'?: (string);
  /**
   * In a report: the address that delivered it.
   */
  'address'?: (string);
  '_word'?: "word";
  '_address'?: "address";
}
