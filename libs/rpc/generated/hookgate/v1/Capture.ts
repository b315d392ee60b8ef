// Original file: protos/hookgate/v1/ingest.proto

import type { Event as _hookgate_v1_Event, Event__Output as _hookgate_v1_Event__Output } from '../../hookgate/v1/Event.ts';
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
}
