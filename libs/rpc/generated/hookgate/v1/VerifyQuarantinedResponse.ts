// Original file: protos/hookgate/v1/admin.proto

import type { VerifyQuarantinedResult as _hookgate_v1_VerifyQuarantinedResult, VerifyQuarantinedResult__Output as _hookgate_v1_VerifyQuarantinedResult__Output } from '../../hookgate/v1/VerifyQuarantinedResult.ts';

/**
 * VerifyQuarantinedResponse has a result for each, in the order of the ids.
 */
export interface VerifyQuarantinedResponse {
  /**
   * The results.
   */
  'results'?: (_hookgate_v1_VerifyQuarantinedResult)[];
}

/**
 * VerifyQuarantinedResponse has a result for each, in the order of the ids.
 */
export interface VerifyQuarantinedResponse__Output {
  /**
   * The results.
   */
  'results': (_hookgate_v1_VerifyQuarantinedResult__Output)[];
}
