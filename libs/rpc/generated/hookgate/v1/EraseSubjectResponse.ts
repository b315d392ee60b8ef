// Original file: protos/hookgate/v1/admin.proto

import type { SubjectKey as _hookgate_v1_SubjectKey, SubjectKey__Output as _hookgate_v1_SubjectKey__Output } from '../../hookgate/v1/SubjectKey.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * EraseSubjectResponse names the keys.
 */
export interface EraseSubjectResponse {
  /**
   * Those that were deleted, by source and month.
   */
  'keys'?: (_hookgate_v1_SubjectKey)[];
  /**
   * How long other dispatchers may still use a key that they have in memory, in milliseconds.
   */
  'inForceMs'?: (number | string | Long);
}

/**
 * EraseSubjectResponse names the keys.
 */
export interface EraseSubjectResponse__Output {
  /**
   * Those that were deleted, by source and month.
   */
  'keys': (_hookgate_v1_SubjectKey__Output)[];
  /**
   * How long other dispatchers may still use a key that they have in memory, in milliseconds.
   */
  'inForceMs': (number);
}
