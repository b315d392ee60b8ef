// Original file: protos/hookgate/v1/replay.proto

import type { ReplayFilter as _hookgate_v1_ReplayFilter, ReplayFilter__Output as _hookgate_v1_ReplayFilter__Output } from '../../hookgate/v1/ReplayFilter.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Replay makes new deliveries of stored events.
 */
export interface Replay {
  /**
   * "rpl_" and a UUIDv7 in 32 hexadecimal digits.
   */
  'id'?: (string);
  /**
   * "replay": repeats deliveries. "backfill": delivers what a subscription missed.
   */
  'kind'?: (string);
  /**
   * Which.
   */
  'filter'?: (_hookgate_v1_ReplayFilter | null);
  /**
   * Why.
   */
  'reason'?: (string);
  /**
   * Most deliveries made per second.
   */
  'perSecond'?: (number);
  /**
   * "running", "paused", "cancelled" or "done".
   */
  'state'?: (string);
  /**
   * In milliseconds since 1970.
   */
  'createdAtMs'?: (number | string | Long);
  /**
   * In milliseconds since 1970; absent before it has ended.
   */
  'endedAtMs'?: (number | string | Long);
  /**
   * Events that were looked at.
   */
  'seen'?: (number | string | Long);
  /**
   * Deliveries that were made.
   */
  'made'?: (number | string | Long);
  /**
   * Deliveries that matched when it was created; absent if they were not counted.
   */
  'expected'?: (number | string | Long);
  '_endedAtMs'?: "endedAtMs";
  '_expected'?: "expected";
}

/**
 * Replay makes new deliveries of stored events.
 */
export interface Replay__Output {
  /**
   * "rpl_" and a UUIDv7 in 32 hexadecimal digits.
   */
  'id': (string);
  /**
   * "replay": repeats deliveries. "backfill": delivers what a subscription missed.
   */
  'kind': (string);
  /**
   * Which.
   */
  'filter': (_hookgate_v1_ReplayFilter__Output | null);
  /**
   * Why.
   */
  'reason': (string);
  /**
   * Most deliveries made per second.
   */
  'perSecond': (number);
  /**
   * "running", "paused", "cancelled" or "done".
   */
  'state': (string);
  /**
   * In milliseconds since 1970.
   */
  'createdAtMs': (number);
  /**
   * In milliseconds since 1970; absent before it has ended.
   */
  'endedAtMs'?: (number);
  /**
   * Events that were looked at.
   */
  'seen': (number);
  /**
   * Deliveries that were made.
   */
  'made': (number);
  /**
   * Deliveries that matched when it was created; absent if they were not counted.
   */
  'expected'?: (number);
  '_endedAtMs'?: "endedAtMs";
  '_expected'?: "expected";
}
