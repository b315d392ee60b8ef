// Original file: protos/hookgate/v1/admin.proto

import type { AuditEntry as _hookgate_v1_AuditEntry, AuditEntry__Output as _hookgate_v1_AuditEntry__Output } from '../../hookgate/v1/AuditEntry.ts';

/**
 * ListAuditResponse is one page.
 */
export interface ListAuditResponse {
  /**
   * Newest first.
   */
  'entries'?: (_hookgate_v1_AuditEntry)[];
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
  'entries': (_hookgate_v1_AuditEntry__Output)[];
  /**
   * Where the next page begins; empty after the last.
   */
  'nextPageToken': (string);
}
