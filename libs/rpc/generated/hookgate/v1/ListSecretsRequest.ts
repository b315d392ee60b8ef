// Original file: protos/hookgate/v1/admin.proto


/**
 * ListSecretsRequest says whose.
 */
export interface ListSecretsRequest {
  /**
   * Name of the source; empty for all.
   */
  'source'?: (string);
}

/**
 * ListSecretsRequest says whose.
 */
export interface ListSecretsRequest__Output {
  /**
   * Name of the source; empty for all.
   */
  'source': (string);
}
