// Original file: protos/hookgate/v1/admin.proto

import type { SubscriptionPause as _hookgate_v1_SubscriptionPause, SubscriptionPause__Output as _hookgate_v1_SubscriptionPause__Output } from '../../hookgate/v1/SubscriptionPause.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * SubscriptionStatus is the state of a subscription, as the answering dispatcher sees it.
 */
export interface SubscriptionStatus {
  /**
   * Its name.
   */
  'name'?: (string);
  /**
   * "handler", "endpoint" or "stream".
   */
  'kind'?: (string);
  /**
   * Path of the handler, or URL of the endpoint; empty for a stream.
   */
  'target'?: (string);
  /**
   * Types that it wants.
   */
  'types'?: (string)[];
  /**
   * Sources that it wants.
   */
  'sources'?: (string)[];
  /**
   * JSON pointer that it is ordered by; empty if it keeps no order.
   */
  'orderBy'?: (string);
  /**
   * Whether a subscriber has created it, rather than the configuration.
   */
  'opened'?: (boolean);
  /**
   * Why it is paused; absent if it is not.
   */
  'pause'?: (_hookgate_v1_SubscriptionPause | null);
  /**
   * Attempts that run, at all dispatchers.
   */
  'running'?: (number);
  /**
   * Waiting deliveries, counted up to backlog_counted_max.
   */
  'backlog'?: (number | string | Long);
  /**
   * When the earliest of them is or was due, in milliseconds since 1970; absent if there is none.
   */
  'oldestDueAtMs'?: (number | string | Long);
  /**
   * State of an endpoint's breaker: "closed", "open" or "half-open", the worst of all dispatchers; empty for others.
   */
  'breaker'?: (string);
  /**
   * Streams that read it, at all dispatchers.
   */
  'streams'?: (number);
  /**
   * Until when its endpoint wants nothing, as it answered with Retry-After, in milliseconds since 1970; absent if it did not.
   */
  'heldUntilMs'?: (number | string | Long);
  '_oldestDueAtMs'?: "oldestDueAtMs";
  '_heldUntilMs'?: "heldUntilMs";
}

/**
 * SubscriptionStatus is the state of a subscription, as the answering dispatcher sees it.
 */
export interface SubscriptionStatus__Output {
  /**
   * Its name.
   */
  'name': (string);
  /**
   * "handler", "endpoint" or "stream".
   */
  'kind': (string);
  /**
   * Path of the handler, or URL of the endpoint; empty for a stream.
   */
  'target': (string);
  /**
   * Types that it wants.
   */
  'types': (string)[];
  /**
   * Sources that it wants.
   */
  'sources': (string)[];
  /**
   * JSON pointer that it is ordered by; empty if it keeps no order.
   */
  'orderBy': (string);
  /**
   * Whether a subscriber has created it, rather than the configuration.
   */
  'opened': (boolean);
  /**
   * Why it is paused; absent if it is not.
   */
  'pause': (_hookgate_v1_SubscriptionPause__Output | null);
  /**
   * Attempts that run, at all dispatchers.
   */
  'running': (number);
  /**
   * Waiting deliveries, counted up to backlog_counted_max.
   */
  'backlog': (number);
  /**
   * When the earliest of them is or was due, in milliseconds since 1970; absent if there is none.
   */
  'oldestDueAtMs'?: (number);
  /**
   * State of an endpoint's breaker: "closed", "open" or "half-open", the worst of all dispatchers; empty for others.
   */
  'breaker': (string);
  /**
   * Streams that read it, at all dispatchers.
   */
  'streams': (number);
  /**
   * Until when its endpoint wants nothing, as it answered with Retry-After, in milliseconds since 1970; absent if it did not.
   */
  'heldUntilMs'?: (number);
  '_oldestDueAtMs'?: "oldestDueAtMs";
  '_heldUntilMs'?: "heldUntilMs";
}
