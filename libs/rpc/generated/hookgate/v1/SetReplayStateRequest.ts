// Original file: protos/hookgate/v1/admin.proto


/**
 * SetReplayStateRequest says what shall become of a replay.
 */
export interface SetReplayStateRequest {
  /**
   * Its id.
   */
  'id'?: (string);
  /**
   * "running", "paused" or "cancelled".
   */
  'state'?: (string);
}

/**
 * SetReplayStateRequest says what shall become of a replay.
 */
export interface SetReplayStateRequest__Output {
  /**
   * Its id.
   */
  'id': (string);
  /**
   * "running", "paused" or "cancelled".
   */
  'state': (string);
}
