// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * ListAuditRequest says which entries are wanted.
 */
export interface ListAuditRequest {
  /**
   * Entries of this time and later, in milliseconds since 1970; absent for all.
   */
  'sinceMs'?: (number | string | Long);
  /**
   * Entries on a page, 1 to 1,000; 0 means 50.
   */
  'pageSize'?: (number);
  /**
   * next_page_token of the page before; empty for the first.
   */
  'pageToken'?: (string);
  '_sinceMs'?: "sinceMs";
}

/**
 * ListAuditRequest says which entries are wanted.
 */
export interface ListAuditRequest__Output {
  /**
   * Entries of this time and later, in milliseconds since 1970; absent for all.
   */
  'sinceMs'?: (number);
  /**
   * Entries on a page, 1 to 1,000; 0 means 50.
   */
  'pageSize': (number);
  /**
   * next_page_token of the page before; empty for the first.
   */
  'pageToken': (string);
  '_sinceMs'?: "sinceMs";
}
