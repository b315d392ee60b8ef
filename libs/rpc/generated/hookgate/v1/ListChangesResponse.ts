// Original file: protos/hookgate/v1/failure.proto

import type { Change as _hookgate_v1_Change, Change__Output as _hookgate_v1_Change__Output } from '../../hookgate/v1/Change.ts';

/**
 * ListChangesResponse is one page.
 */
export interface ListChangesResponse {
  /**
   * Newest first.
   */
  'changes'?: (_hookgate_v1_Change)[];
  /**
   * Where the next page begins; empty after the last.
   */
  'nextPageToken'?: (string);
  /**
   * About a subject that is not known now; on the first page only.
   */
  'notes'?: (string)[];
}

/**
 * ListChangesResponse is one page.
 */
export interface ListChangesResponse__Output {
  /**
   * Newest first.
   */
  'changes': (_hookgate_v1_Change__Output)[];
  /**
   * Where the next page begins; empty after the last.
   */
  'nextPageToken': (string);
  /**
   * About a subject that is not known now; on the first page only.
   */
  'notes': (string)[];
}
