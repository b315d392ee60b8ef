// Original file: protos/hookgate/v1/admin.proto

import type { BodyField as _hookgate_v1_BodyField, BodyField__Output as _hookgate_v1_BodyField__Output } from '../../hookgate/v1/BodyField.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * FindInBodiesRequest says where to look, and for what: either where or text.
 */
export interface FindInBodiesRequest {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * Exact type; empty for all.
   */
  'type'?: (string);
  /**
   * Received at or after, in milliseconds since 1970; absent for 24 hours ago.
   */
  'fromMs'?: (number | string | Long);
  /**
   * Received before, in milliseconds since 1970; absent for now.
   */
  'toMs'?: (number | string | Long);
  /**
   * A field of the body.
   */
  'where'?: (_hookgate_v1_BodyField | null);
  /**
   * Text in the body, in these letters.
   */
  'text'?: (string);
  /**
   * Most events to return, 1 to 1,000; 0 means 50.
   */
  'limit'?: (number);
  /**
   * next_page_token of the answer before; empty for the first.
   */
  'pageToken'?: (string);
  '_fromMs'?: "fromMs";
  '_toMs'?: "toMs";
}

/**
 * FindInBodiesRequest says where to look, and for what: either where or text.
 */
export interface FindInBodiesRequest__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * Exact type; empty for all.
   */
  'type': (string);
  /**
   * Received at or after, in milliseconds since 1970; absent for 24 hours ago.
   */
  'fromMs'?: (number);
  /**
   * Received before, in milliseconds since 1970; absent for now.
   */
  'toMs'?: (number);
  /**
   * A field of the body.
   */
  'where': (_hookgate_v1_BodyField__Output | null);
  /**
   * Text in the body, in these letters.
   */
  'text': (string);
  /**
   * Most events to return, 1 to 1,000; 0 means 50.
   */
  'limit': (number);
  /**
   * next_page_token of the answer before; empty for the first.
   */
  'pageToken': (string);
  '_fromMs'?: "fromMs";
  '_toMs'?: "toMs";
}
