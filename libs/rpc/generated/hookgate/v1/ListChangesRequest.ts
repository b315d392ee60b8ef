// Original file: protos/hookgate/v1/failure.proto

import type { Long } from '@grpc/proto-loader';

/**
 * ListChangesRequest selects changes. Empty fields select all.
 */
export interface ListChangesRequest {
  /**
   * Kinds.
   */
  'kinds'?: (string)[];
  /**
   * Exactly this subject.
   */
  'subject'?: (string);
  /**
   * Changes of this time and later, in milliseconds since 1970.
   */
  'fromMs'?: (number | string | Long);
  /**
   * Changes before, in milliseconds since 1970.
   */
  'toMs'?: (number | string | Long);
  /**
   * Changes on a page, 1 to 1,000; 0 means 50.
   */
  'pageSize'?: (number);
  /**
   * next_page_token of the page before; empty for the first.
   */
  'pageToken'?: (string);
  '_fromMs'?: "fromMs";
  '_toMs'?: "toMs";
}

/**
 * ListChangesRequest selects changes. Empty fields select all.
 */
export interface ListChangesRequest__Output {
  /**
   * Kinds.
   */
  'kinds': (string)[];
  /**
   * Exactly this subject.
   */
  'subject': (string);
  /**
   * Changes of this time and later, in milliseconds since 1970.
   */
  'fromMs'?: (number);
  /**
   * Changes before, in milliseconds since 1970.
   */
  'toMs'?: (number);
  /**
   * Changes on a page, 1 to 1,000; 0 means 50.
   */
  'pageSize': (number);
  /**
   * next_page_token of the page before; empty for the first.
   */
  'pageToken': (string);
  '_fromMs'?: "fromMs";
  '_toMs'?: "toMs";
}
