// Original file: protos/hookgate/v1/failure.proto

import type { Long } from '@grpc/proto-loader';

/**
 * ListFailuresRequest selects groups. Empty fields select all.
 */
export interface ListFailuresRequest {
  /**
   * Name of the subscription.
   */
  'subscription'?: (string);
  /**
   * "open", "acknowledged" or "resolved".
   */
  'states'?: (string)[];
  /**
   * Groups on a page, 1 to 1,000; 0 means 50.
   */
  'pageSize'?: (number);
  /**
   * next_page_token of the page before; empty for the first.
   */
  'pageToken'?: (string);
  /**
   * Failed at this time or later, in milliseconds since 1970.
   */
  'sinceMs'?: (number | string | Long);
  '_sinceMs'?: "sinceMs";
}

/**
 * ListFailuresRequest selects groups. Empty fields select all.
 */
export interface ListFailuresRequest__Output {
  /**
   * Name of the subscription.
   */
  'subscription': (string);
  /**
   * "open", "acknowledged" or "resolved".
   */
  'states': (string)[];
  /**
   * Groups on a page, 1 to 1,000; 0 means 50.
   */
  'pageSize': (number);
  /**
   * next_page_token of the page before; empty for the first.
   */
  'pageToken': (string);
  /**
   * Failed at this time or later, in milliseconds since 1970.
   */
  'sinceMs'?: (number);
  '_sinceMs'?: "sinceMs";
}
