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
}
