// Original file: protos/hookgate/v1/admin.proto

import type { Found as _hookgate_v1_Found, Found__Output as _hookgate_v1_Found__Output } from '../../hookgate/v1/Found.ts';

/**
 * FindResponse lists what the text names.
 */
export interface FindResponse {
  /**
   * In the order of the text; those of a provider's id newest first.
   */
  'found'?: (_hookgate_v1_Found)[];
  /**
   * About what could not be looked for, a sentence each.
   */
  'notes'?: (string)[];
}

/**
 * FindResponse lists what the text names.
 */
export interface FindResponse__Output {
  /**
   * In the order of the text; those of a provider's id newest first.
   */
  'found': (_hookgate_v1_Found__Output)[];
  /**
   * About what could not be looked for, a sentence each.
   */
  'notes': (string)[];
}
