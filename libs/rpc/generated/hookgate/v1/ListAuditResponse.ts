// Original file: protos/hookgate/v1/admin.proto

import type { AuditRecord as _hookgate_v1_AuditRecord, AuditRecord__Output as _hookgate_v1_AuditRecord__Output } from '../../hookgate/v1/AuditRecord.ts';

/**
 * ListAuditResponse is one page.
 */
export interface ListAuditResponse {
  /**
   * Newest first.
   */
  'entries'?: (_hookgate_v1_AuditRecord)[];
  /**
   * Where the next page begins; empty after the last.
   */
  'nextPageToken'?: (string);
}

/**
 * ListAuditResponse is one page.
 */
export interface ListAuditResponse__Output {
  /**
   * Newest first.
   */
  'entries': (_hookgate_v1_AuditRecord__Output)[];
  /**
   * Where the next page begins; empty after the last.
   */
  'nextPageToken': (string);
}
