// Original file: protos/hookgate/v1/admin.proto

import type { SecretStatus as _hookgate_v1_SecretStatus, SecretStatus__Output as _hookgate_v1_SecretStatus__Output } from '../../hookgate/v1/SecretStatus.ts';

/**
 * ListSecretsResponse lists secrets, never their values.
 */
export interface ListSecretsResponse {
  /**
   * By source, in the order of the configuration.
   */
  'secrets'?: (_hookgate_v1_SecretStatus)[];
}

/**
 * ListSecretsResponse lists secrets, never their values.
 */
export interface ListSecretsResponse__Output {
  /**
   * By source, in the order of the configuration.
   */
  'secrets': (_hookgate_v1_SecretStatus__Output)[];
}
