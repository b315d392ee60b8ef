// Original file: protos/hookgate/v1/ingest.proto

import type { Long } from '@grpc/proto-loader';

/**
 * CaptureWindow bounds what a client sends before it is answered. The server ends a stream that exceeds it.
 */
export interface CaptureWindow {
  /**
   * Most events in flight.
   */
  'eventsMax'?: (number);
  /**
   * Most bytes of bodies and headers in flight.
   */
  'bytesMax'?: (number | string | Long);
}

/**
 * CaptureWindow bounds what a client sends before it is answered. The server ends a stream that exceeds it.
 */
export interface CaptureWindow__Output {
  /**
   * Most events in flight.
   */
  'eventsMax': (number);
  /**
   * Most bytes of bodies and headers in flight.
   */
  'bytesMax': (number);
}
