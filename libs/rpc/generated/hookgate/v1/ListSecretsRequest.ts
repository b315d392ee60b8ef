// Original file: protos/hookgate/v1/admin.proto


/**
 * ListSecretsRequest names a source.
 */
export interface ListSecretsRequest {
  /**
   * Name of the source; empty for all.
   */
  'source'?: (string);
}

/**
 * ListSecretsRequest names a source.
 */
export interface ListSecretsRequest__Output {
  /**
   * Name of the source; empty for all.
   */
  'source': (string);
}
