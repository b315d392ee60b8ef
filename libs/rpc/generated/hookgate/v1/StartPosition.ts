// Original file: protos/hookgate/v1/subscription.proto

/**
 * StartPosition is where a new subscription starts. An existing one continues where it was.
 */
export const StartPosition = {
  /**
   * The same as START_POSITION_NOW.
   */
  START_POSITION_UNSPECIFIED: 'START_POSITION_UNSPECIFIED',
  /**
   * Events received from now on.
   */
  START_POSITION_NOW: 'START_POSITION_NOW',
  /**
   * All events that are still stored.
   */
  START_POSITION_EARLIEST: 'START_POSITION_EARLIEST',
  /**
   * Events received at or after start_time_ms.
   */
  START_POSITION_TIME: 'START_POSITION_TIME',
} as const;

/**
 * StartPosition is where a new subscription starts. An existing one continues where it was.
 */
export type StartPosition =
  /**
   * The same as START_POSITION_NOW.
   */
  | 'START_POSITION_UNSPECIFIED'
  | 0
  /**
   * Events received from now on.
   */
  | 'START_POSITION_NOW'
  | 1
  /**
   * All events that are still stored.
   */
  | 'START_POSITION_EARLIEST'
  | 2
  /**
   * Events received at or after start_time_ms.
   */
  | 'START_POSITION_TIME'
  | 3

/**
 * StartPosition is where a new subscription starts. An existing one continues where it was.
 */
export type StartPosition__Output = typeof StartPosition[keyof typeof StartPosition]
