// Original file: protos/hookgate/v1/admin.proto

import type { SecretUse as _hookgate_v1_SecretUse, SecretUse__Output as _hookgate_v1_SecretUse__Output } from '../../hookgate/v1/SecretUse.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * SecretStatus is a secret and its use.
 */
export interface SecretStatus {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * Id of the secret.
   */
  'secretId'?: (string);
  /**
   * "active", "retiring", "revoked", "enrolled", or "removed" if only its use is known.
   */
  'state'?: (string);
  /**
   * When a retiring one ends, in milliseconds since 1970; absent if it has no end.
   */
  'untilMs'?: (number | string | Long);
  /**
   * Its use; absent if it was never used.
   */
  'use'?: (_hookgate_v1_SecretUse | null);
  /**
   * Its share of what all secrets of the source verified, 0 to 1.
   */
  'share'?: (number | string);
  /**
   * Whether it can be removed: another one is in use, and this one was not for as long as the provider retries.
   */
  'safeToDrop'?: (boolean);
  /**
   * Why, or why not.
   */
  'advice'?: (string);
  /**
   * Of an enrolled one: the address that delivered it; absent if that is not known. Its id is derived from its SHA-256.
   */
  'deliveredBy'?: (string);
  /**
   * Of an enrolled one: when it was delivered, in milliseconds since 1970; absent if that is not known.
   */
  'deliveredAtMs'?: (number | string | Long);
  '_untilMs'?: "untilMs";
  '_deliveredBy'?: "deliveredBy";
  '_deliveredAtMs'?: "deliveredAtMs";
}

/**
 * SecretStatus is a secret and its use.
 */
export interface SecretStatus__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * Id of the secret.
   */
  'secretId': (string);
  /**
   * "active", "retiring", "revoked", "enrolled", or "removed" if only its use is known.
   */
  'state': (string);
  /**
   * When a retiring one ends, in milliseconds since 1970; absent if it has no end.
   */
  'untilMs'?: (number);
  /**
   * Its use; absent if it was never used.
   */
  'use': (_hookgate_v1_SecretUse__Output | null);
  /**
   * Its share of what all secrets of the source verified, 0 to 1.
   */
  'share': (number);
  /**
   * Whether it can be removed: another one is in use, and this one was not for as long as the provider retries.
   */
  'safeToDrop': (boolean);
  /**
   * Why, or why not.
   */
  'advice': (string);
  /**
   * Of an enrolled one: the address that delivered it; absent if that is not known. Its id is derived from its SHA-256.
   */
  'deliveredBy'?: (string);
  /**
   * Of an enrolled one: when it was delivered, in milliseconds since 1970; absent if that is not known.
   */
  'deliveredAtMs'?: (number);
  '_untilMs'?: "untilMs";
  '_deliveredBy'?: "deliveredBy";
  '_deliveredAtMs'?: "deliveredAtMs";
}
