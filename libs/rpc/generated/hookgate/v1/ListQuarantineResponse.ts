// Original file: protos/hookgate/v1/admin.proto

import type { QuarantinedRequest as _hookgate_v1_QuarantinedRequest, QuarantinedRequest__Output as _hookgate_v1_QuarantinedRequest__Output } from '../../hookgate/v1/QuarantinedRequest.ts';

/**
 * ListQuarantineResponse is one page.
 */
export interface ListQuarantineResponse {
  /**
   * Newest first; headers and body are left empty.
   */
  'requests'?: (_hookgate_v1_QuarantinedRequest)[];
  /**
   * Token of the next page; empty after the last.
   */
  'nextPageToken'?: (string);
  /**
   * About a name in the request that is not known now, such as one that was mistyped; on the first page only.
   */
  'notes'?: (string)[];
}

/**
 * ListQuarantineResponse is one page.
 */
export interface ListQuarantineResponse__Output {
  /**
   * Newest first; headers and body are left empty.
   */
  'requests': (_hookgate_v1_QuarantinedRequest__Output)[];
  /**
   * Token of the next page; empty after the last.
   */
  'nextPageToken': (string);
  /**
   * About a name in the request that is not known now, such as one that was mistyped; on the first page only.
   */
  'notes': (string)[];
}
