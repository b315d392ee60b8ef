// Original file: protos/hookgate/v1/ingest.proto

import type { CaptureWindow as _hookgate_v1_CaptureWindow, CaptureWindow__Output as _hookgate_v1_CaptureWindow__Output } from '../../hookgate/v1/CaptureWindow.ts';
import type { CaptureResult as _hookgate_v1_CaptureResult, CaptureResult__Output as _hookgate_v1_CaptureResult__Output } from '../../hookgate/v1/CaptureResult.ts';

/**
 * CaptureResponse carries many answers in one message.
 */
export interface CaptureResponse {
  /**
   * What the client may have in flight. Set in the first message, and again when it changes.
   */
  'window'?: (_hookgate_v1_CaptureWindow | null);
  /**
   * Answers to captures.
   */
  'results'?: (_hookgate_v1_CaptureResult)[];
  /**
   * Why nothing can be stored now; empty once it can. Set when that changes.
   */
  'problem'?: (string);
  '_problem'?: "problem";
}

/**
 * CaptureResponse carries many answers in one message.
 */
export interface CaptureResponse__Output {
  /**
   * What the client may have in flight. Set in the first message, and again when it changes.
   */
  'window': (_hookgate_v1_CaptureWindow__Output | null);
  /**
   * Answers to captures.
   */
  'results': (_hookgate_v1_CaptureResult__Output)[];
  /**
   * Why nothing can be stored now; empty once it can. Set when that changes.
   */
  'problem'?: (string);
  '_problem'?: "problem";
}
