// Original file: protos/hookgate/v1/admin.proto

import type { Replay as _hookgate_v1_Replay, Replay__Output as _hookgate_v1_Replay__Output } from '../../hookgate/v1/Replay.ts';

/**
 * SetReplayStateResponse is the replay now.
 */
export interface SetReplayStateResponse {
  /**
   * The replay.
   */
  'replay'?: (_hookgate_v1_Replay | null);
}

/**
 * SetReplayStateResponse is the replay now.
 */
export interface SetReplayStateResponse__Output {
  /**
   * The replay.
   */
  'replay': (_hookgate_v1_Replay__Output | null);
}
