// Original file: protos/hookgate/v1/ingest.proto

import type { Capture as _hookgate_v1_Capture, Capture__Output as _hookgate_v1_Capture__Output } from '../../hookgate/v1/Capture.ts';

/**
 * CaptureRequest carries many events in one message.
 */
export interface CaptureRequest {
  /**
   * The events to store.
   */
  'captures'?: (_hookgate_v1_Capture)[];
}

/**
 * CaptureRequest carries many events in one message.
 */
export interface CaptureRequest__Output {
  /**
   * The events to store.
   */
  'captures': (_hookgate_v1_Capture__Output)[];
}
