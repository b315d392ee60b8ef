// Original file: protos/hookgate/v1/admin.proto

import type { SourceStatus as _hookgate_v1_SourceStatus, SourceStatus__Output as _hookgate_v1_SourceStatus__Output } from '../../hookgate/v1/SourceStatus.ts';

/**
 * ListSourcesResponse lists sources.
 */
export interface ListSourcesResponse {
  /**
   * By name.
   */
  'sources'?: (_hookgate_v1_SourceStatus)[];
}

/**
 * ListSourcesResponse lists sources.
 */
export interface ListSourcesResponse__Output {
  /**
   * By name.
   */
  'sources': (_hookgate_v1_SourceStatus__Output)[];
}
