// Original file: protos/hookgate/v1/quarantine.proto

import type { Long } from '@grpc/proto-loader';

/**
 * SecretUse counts how often a secret matched.
 */
export interface SecretUse {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * Id of the secret.
   */
  'secretId'?: (string);
  /**
   * Requests that it verified.
   */
  'uses'?: (number | string | Long);
  /**
   * First use, in milliseconds since 1970.
   */
  'firstUsedAtMs'?: (number | string | Long);
  /**
   * Last use, in milliseconds since 1970.
   */
  'lastUsedAtMs'?: (number | string | Long);
}

/**
 * SecretUse counts how often a secret matched.
 */
export interface SecretUse__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * Id of the secret.
   */
  'secretId': (string);
  /**
   * Requests that it verified.
   */
  'uses': (number);
  /**
   * First use, in milliseconds since 1970.
   */
  'firstUsedAtMs': (number);
  /**
   * Last use, in milliseconds since 1970.
   */
  'lastUsedAtMs': (number);
}
