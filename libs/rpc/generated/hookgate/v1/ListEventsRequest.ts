// Original file: protos/hookgate/v1/admin.proto

import type { DeliveryState as _hookgate_v1_DeliveryState, DeliveryState__Output as _hookgate_v1_DeliveryState__Output } from '../../hookgate/v1/DeliveryState.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * ListEventsRequest selects events. Empty fields select all.
 */
export interface ListEventsRequest {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * Exact type.
   */
  'type'?: (string);
  /**
   * Events with at least one delivery in this state that was not repeated since.
   */
  'state'?: (_hookgate_v1_DeliveryState);
  /**
   * Only events that no subscription wanted. Excludes state.
   */
  'unhandled'?: (boolean);
  /**
   * Events on a page, 1 to 1,000; 0 means 50.
   */
  'pageSize'?: (number);
  /**
   * next_page_token of the page before; empty for the first.
   */
  'pageToken'?: (string);
  /**
   * Events with a delivery for this subscription.
   */
  'subscription'?: (string);
  /**
   * Received at or after, in milliseconds since 1970.
   */
  'fromMs'?: (number | string | Long);
  /**
   * Received before, in milliseconds since 1970.
   */
  'toMs'?: (number | string | Long);
  '_fromMs'?: "fromMs";
  '_toMs'?: "toMs";
}

/**
 * ListEventsRequest selects events. Empty fields select all.
 */
export interface ListEventsRequest__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * Exact type.
   */
  'type': (string);
  /**
   * Events with at least one delivery in this state that was not repeated since.
   */
  'state': (_hookgate_v1_DeliveryState__Output);
  /**
   * Only events that no subscription wanted. Excludes state.
   */
  'unhandled': (boolean);
  /**
   * Events on a page, 1 to 1,000; 0 means 50.
   */
  'pageSize': (number);
  /**
   * next_page_token of the page before; empty for the first.
   */
  'pageToken': (string);
  /**
   * Events with a delivery for this subscription.
   */
  'subscription': (string);
  /**
   * Received at or after, in milliseconds since 1970.
   */
  'fromMs'?: (number);
  /**
   * Received before, in milliseconds since 1970.
   */
  'toMs'?: (number);
  '_fromMs'?: "fromMs";
  '_toMs'?: "toMs";
}
