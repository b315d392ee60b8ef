// Original file: protos/hookgate/v1/ingest.proto

/**
 * CaptureOutcome is the result of one capture.
 */
export const CaptureOutcome = {
  /**
   * Not set.
   */
  CAPTURE_OUTCOME_UNSPECIFIED: 'CAPTURE_OUTCOME_UNSPECIFIED',
  /**
   * Durable now.
   */
  CAPTURE_OUTCOME_STORED: 'CAPTURE_OUTCOME_STORED',
  /**
   * Durable before; event_id names the first one.
   */
  CAPTURE_OUTCOME_DUPLICATE: 'CAPTURE_OUTCOME_DUPLICATE',
  /**
   * Not stored, for a reason that is not the event's: try again later.
   */
  CAPTURE_OUTCOME_UNAVAILABLE: 'CAPTURE_OUTCOME_UNAVAILABLE',
} as const;

/**
 * CaptureOutcome is the result of one capture.
 */
export type CaptureOutcome =
  /**
   * Not set.
   */
  | 'CAPTURE_OUTCOME_UNSPECIFIED'
  | 0
  /**
   * Durable now.
   */
  | 'CAPTURE_OUTCOME_STORED'
  | 1
  /**
   * Durable before; event_id names the first one.
   */
  | 'CAPTURE_OUTCOME_DUPLICATE'
  | 2
  /**
   * Not stored, for a reason that is not the event's: try again later.
   */
  | 'CAPTURE_OUTCOME_UNAVAILABLE'
  | 3

/**
 * CaptureOutcome is the result of one capture.
 */
export type CaptureOutcome__Output = typeof CaptureOutcome[keyof typeof CaptureOutcome]
