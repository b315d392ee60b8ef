// Original file: protos/hookgate/v1/ingest.proto

import type { CaptureOutcome as _hookgate_v1_CaptureOutcome, CaptureOutcome__Output as _hookgate_v1_CaptureOutcome__Output } from '../../hookgate/v1/CaptureOutcome.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * CaptureResult answers one capture.
 */
export interface CaptureResult {
  /**
   * The number of the capture.
   */
  'number'?: (number | string | Long);
  /**
   * The result.
   */
  'outcome'?: (_hookgate_v1_CaptureOutcome);
  /**
   * Id of the stored event; of the first one if it is a duplicate.
   */
  'eventId'?: (string);
  /**
   * Why it is unavailable, for the edge's log: "overloaded", "disk_reserve", "store", "shutting_down", "given_up",
   * "unknown_source".
   */
  'reason'?: (string);
}

/**
 * CaptureResult answers one capture.
 */
export interface CaptureResult__Output {
  /**
   * The number of the capture.
   */
  'number': (number);
  /**
   * The result.
   */
  'outcome': (_hookgate_v1_CaptureOutcome__Output);
  /**
   * Id of the stored event; of the first one if it is a duplicate.
   */
  'eventId': (string);
  /**
   * Why it is unavailable, for the edge's log: "overloaded", "disk_reserve", "store", "shutting_down", "given_up",
   * "unknown_source".
   */
  'reason': (string);
}
