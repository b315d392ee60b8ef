// Original file: protos/hookgate/v1/admin.proto

import type { QuarantinedRequest as _hookgate_v1_QuarantinedRequest, QuarantinedRequest__Output as _hookgate_v1_QuarantinedRequest__Output } from '../../hookgate/v1/QuarantinedRequest.ts';

/**
 * GetQuarantinedResponse is one whole refused request.
 */
export interface GetQuarantinedResponse {
  /**
   * The request.
   */
  'request'?: (_hookgate_v1_QuarantinedRequest | null);
}

/**
 * GetQuarantinedResponse is one whole refused request.
 */
export interface GetQuarantinedResponse__Output {
  /**
   * The request.
   */
  'request': (_hookgate_v1_QuarantinedRequest__Output | null);
}
