// Original file: protos/hookgate/v1/replay.proto

import type { DeliveryState as _hookgate_v1_DeliveryState, DeliveryState__Output as _hookgate_v1_DeliveryState__Output } from '../../hookgate/v1/DeliveryState.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * ReplayFilter selects deliveries. Empty fields select all.
 */
export interface ReplayFilter {
  /**
   * Exactly these events or deliveries, at most 1,000; the other fields must then be empty. An event without deliveries goes to
   * who wants it now.
   */
  'ids'?: (string)[];
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * Exact type.
   */
  'type'?: (string);
  /**
   * Name of the subscription.
   */
  'subscription'?: (string);
  /**
   * State of the latest delivery of an event for a subscription; unspecified means every state that is an end.
   */
  'state'?: (_hookgate_v1_DeliveryState);
  /**
   * Received at or after, in milliseconds since 1970.
   */
  'fromMs'?: (number | string | Long);
  /**
   * Received before, in milliseconds since 1970.
   */
  'toMs'?: (number | string | Long);
  /**
   * Deliveries whose latest attempt belongs to this group of failures, by its id.
   */
  'failure'?: (string);
  '_fromMs'?: "fromMs";
  '_toMs'?: "toMs";
}

/**
 * ReplayFilter selects deliveries. Empty fields select all.
 */
export interface ReplayFilter__Output {
  /**
   * Exactly these events or deliveries, at most 1,000; the other fields must then be empty. An event without deliveries goes to
   * who wants it now.
   */
  'ids': (string)[];
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * Exact type.
   */
  'type': (string);
  /**
   * Name of the subscription.
   */
  'subscription': (string);
  /**
   * State of the latest delivery of an event for a subscription; unspecified means every state that is an end.
   */
  'state': (_hookgate_v1_DeliveryState__Output);
  /**
   * Received at or after, in milliseconds since 1970.
   */
  'fromMs'?: (number);
  /**
   * Received before, in milliseconds since 1970.
   */
  'toMs'?: (number);
  /**
   * Deliveries whose latest attempt belongs to this group of failures, by its id.
   */
  'failure': (string);
  '_fromMs'?: "fromMs";
  '_toMs'?: "toMs";
}
