// Original file: protos/hookgate/v1/admin.proto

import type { Replay as _hookgate_v1_Replay, Replay__Output as _hookgate_v1_Replay__Output } from '../../hookgate/v1/Replay.ts';

/**
 * ListReplaysResponse lists replays.
 */
export interface ListReplaysResponse {
  /**
   * Newest first.
   */
  'replays'?: (_hookgate_v1_Replay)[];
}

/**
 * ListReplaysResponse lists replays.
 */
export interface ListReplaysResponse__Output {
  /**
   * Newest first.
   */
  'replays': (_hookgate_v1_Replay__Output)[];
}
