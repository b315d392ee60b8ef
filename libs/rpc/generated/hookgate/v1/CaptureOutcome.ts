// Original file: protos/hookgate/v1/ingest.proto

/**
 * CaptureOutcome is what became of one capture.
 */
export const CaptureOutcome = {
  /**
   * Not said.
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
   * Not stored, through no fault of the event: try again later.
   */
  CAPTURE_OUTCOME_UNAVAILABLE: 'CAPTURE_OUTCOME_UNAVAILABLE',
} as const;

/**
 * CaptureOutcome is what became of one capture.
 */
export type CaptureOutcome =
  /**
   * Not said.
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
   * Not stored, through no fault of the event: try again later.
   */
  | 'CAPTURE_OUTCOME_UNAVAILABLE'
  | 3

/**
 * CaptureOutcome is what became of one capture.
 */
export type CaptureOutcome__Output = typeof CaptureOutcome[keyof typeof CaptureOutcome]
