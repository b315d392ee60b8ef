// Original file: protos/hookgate/v1/event.proto

/**
 * AttemptOutcome is how an attempt ended.
 */
export const AttemptOutcome = {
  /**
   * Not set.
   */
  ATTEMPT_OUTCOME_UNSPECIFIED: 'ATTEMPT_OUTCOME_UNSPECIFIED',
  /**
   * The target accepted the event.
   */
  ATTEMPT_OUTCOME_SUCCEEDED: 'ATTEMPT_OUTCOME_SUCCEEDED',
  /**
   * The target refused it.
   */
  ATTEMPT_OUTCOME_FAILED: 'ATTEMPT_OUTCOME_FAILED',
  /**
   * The target did not finish in time.
   */
  ATTEMPT_OUTCOME_TIMED_OUT: 'ATTEMPT_OUTCOME_TIMED_OUT',
  /**
   * Its handler host died.
   */
  ATTEMPT_OUTCOME_HOST_LOST: 'ATTEMPT_OUTCOME_HOST_LOST',
  /**
   * The dispatcher, or the subscriber's stream, ended too often while it ran.
   */
  ATTEMPT_OUTCOME_INTERRUPTED: 'ATTEMPT_OUTCOME_INTERRUPTED',
} as const;

/**
 * AttemptOutcome is how an attempt ended.
 */
export type AttemptOutcome =
  /**
   * Not set.
   */
  | 'ATTEMPT_OUTCOME_UNSPECIFIED'
  | 0
  /**
   * The target accepted the event.
   */
  | 'ATTEMPT_OUTCOME_SUCCEEDED'
  | 1
  /**
   * The target refused it.
   */
  | 'ATTEMPT_OUTCOME_FAILED'
  | 2
  /**
   * The target did not finish in time.
   */
  | 'ATTEMPT_OUTCOME_TIMED_OUT'
  | 3
  /**
   * Its handler host died.
   */
  | 'ATTEMPT_OUTCOME_HOST_LOST'
  | 4
  /**
   * The dispatcher, or the subscriber's stream, ended too often while it ran.
   */
  | 'ATTEMPT_OUTCOME_INTERRUPTED'
  | 5

/**
 * AttemptOutcome is how an attempt ended.
 */
export type AttemptOutcome__Output = typeof AttemptOutcome[keyof typeof AttemptOutcome]
