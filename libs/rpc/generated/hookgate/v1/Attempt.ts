// Original file: protos/hookgate/v1/event.proto

import type { AttemptOutcome as _hookgate_v1_AttemptOutcome, AttemptOutcome__Output as _hookgate_v1_AttemptOutcome__Output } from '../../hookgate/v1/AttemptOutcome.ts';
import type { AttemptResponse as _hookgate_v1_AttemptResponse, AttemptResponse__Output as _hookgate_v1_AttemptResponse__Output } from '../../hookgate/v1/AttemptResponse.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Attempt is one try of a delivery.
 */
export interface Attempt {
  /**
   * 1 for the first try.
   */
  'number'?: (number);
  /**
   * When it began, in milliseconds since 1970.
   */
  'startedAtMs'?: (number | string | Long);
  /**
   * How long it took, in milliseconds.
   */
  'durationMs'?: (number | string);
  /**
   * How it ended.
   */
  'outcome'?: (_hookgate_v1_AttemptOutcome);
  /**
   * What went wrong; empty if nothing did.
   */
  'error'?: (string);
  /**
   * An endpoint's answer; absent if there was none, and in all attempts but the last.
   */
  'response'?: (_hookgate_v1_AttemptResponse | null);
}

/**
 * Attempt is one try of a delivery.
 */
export interface Attempt__Output {
  /**
   * 1 for the first try.
   */
  'number': (number);
  /**
   * When it began, in milliseconds since 1970.
   */
  'startedAtMs': (number);
  /**
   * How long it took, in milliseconds.
   */
  'durationMs': (number);
  /**
   * How it ended.
   */
  'outcome': (_hookgate_v1_AttemptOutcome__Output);
  /**
   * What went wrong; empty if nothing did.
   */
  'error': (string);
  /**
   * An endpoint's answer; absent if there was none, and in all attempts but the last.
   */
  'response': (_hookgate_v1_AttemptResponse__Output | null);
}
