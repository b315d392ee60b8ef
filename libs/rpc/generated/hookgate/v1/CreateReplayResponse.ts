// Original file: protos/hookgate/v1/admin.proto

import type { Replay as _hookgate_v1_Replay, Replay__Output as _hookgate_v1_Replay__Output } from '../../hookgate/v1/Replay.ts';
import type { ReplayCount as _hookgate_v1_ReplayCount, ReplayCount__Output as _hookgate_v1_ReplayCount__Output } from '../../hookgate/v1/ReplayCount.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * CreateReplayResponse says what is, or would be, repeated.
 */
export interface CreateReplayResponse {
  /**
   * The replay; absent for a dry run.
   */
  'replay'?: (_hookgate_v1_Replay | null);
  /**
   * Deliveries that match now, counted as far as time allowed.
   */
  'matched'?: (number | string | Long);
  /**
   * Whether all were counted.
   */
  'countedAll'?: (boolean);
  /**
   * The same, by subscription.
   */
  'bySubscription'?: (_hookgate_v1_ReplayCount)[];
  /**
   * About names in the filter that are not known now, such as one that was mistyped.
   */
  'notes'?: (string)[];
}

/**
 * CreateReplayResponse says what is, or would be, repeated.
 */
export interface CreateReplayResponse__Output {
  /**
   * The replay; absent for a dry run.
   */
  'replay': (_hookgate_v1_Replay__Output | null);
  /**
   * Deliveries that match now, counted as far as time allowed.
   */
  'matched': (number);
  /**
   * Whether all were counted.
   */
  'countedAll': (boolean);
  /**
   * The same, by subscription.
   */
  'bySubscription': (_hookgate_v1_ReplayCount__Output)[];
  /**
   * About names in the filter that are not known now, such as one that was mistyped.
   */
  'notes': (string)[];
}
