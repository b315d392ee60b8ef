// Original file: protos/hookgate/v1/admin.proto


/**
 * SetReplayStateRequest names a replay and its new state.
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
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * SetReplayStateRequest names a replay and its new state.
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
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
