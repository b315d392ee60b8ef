// Original file: protos/hookgate/v1/ingest.proto

import type { Long } from '@grpc/proto-loader';

/**
 * CaptureWindow bounds what a client sends before it is answered. Past it the server ends the stream.
 */
export interface CaptureWindow {
  /**
   * Events in flight at most.
   */
  'eventsMax'?: (number);
  /**
   * Bytes of bodies and headers in flight at most.
   */
  'bytesMax'?: (number | string | Long);
}

/**
 * CaptureWindow bounds what a client sends before it is answered. Past it the server ends the stream.
 */
export interface CaptureWindow__Output {
  /**
   * Events in flight at most.
   */
  'eventsMax': (number);
  /**
   * Bytes of bodies and headers in flight at most.
   */
  'bytesMax': (number);
}
