// Original file: protos/hookgate/v1/ingest.proto

import type { Event as _hookgate_v1_Event, Event__Output as _hookgate_v1_Event__Output } from '../../hookgate/v1/Event.ts';
import type { DedupeRule as _hookgate_v1_DedupeRule, DedupeRule__Output as _hookgate_v1_DedupeRule__Output } from '../../hookgate/v1/DedupeRule.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Capture is one event to store.
 */
export interface Capture {
  /**
   * Chosen by the client, unique in its stream; the answer carries it.
   */
  'number'?: (number | string | Long);
  /**
   * The whole event.
   */
  'event'?: (_hookgate_v1_Event | null);
  /**
   * How the store recognises that it has the event already.
   */
  'dedupe'?: (_hookgate_v1_DedupeRule);
  /**
   * For how long the same body is the same event, in milliseconds; only for DEDUPE_RULE_BODY.
   */
  'bodyWindowMs'?: (number | string | Long);
  /**
   * How long the client waits for the answer from when it sends this, in milliseconds. What is not begun by then may be given
   * up. 0: it does not say.
   */
  'waitMs'?: (number);
}

/**
 * Capture is one event to store.
 */
export interface Capture__Output {
  /**
   * Chosen by the client, unique in its stream; the answer carries it.
   */
  'number': (number);
  /**
   * The whole event.
   */
  'event': (_hookgate_v1_Event__Output | null);
  /**
   * How the store recognises that it has the event already.
   */
  'dedupe': (_hookgate_v1_DedupeRule__Output);
  /**
   * For how long the same body is the same event, in milliseconds; only for DEDUPE_RULE_BODY.
   */
  'bodyWindowMs': (number);
  /**
   * How long the client waits for the answer from when it sends this, in milliseconds. What is not begun by then may be given
   * up. 0: it does not say.
   */
  'waitMs': (number);
}
