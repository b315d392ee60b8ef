// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * OpenEnrolmentResponse says when it closes.
 */
export interface OpenEnrolmentResponse {
  /**
   * When it closes, in milliseconds since 1970.
   */
  'untilMs'?: (number | string | Long);
  /**
   * The word that the URL must have in its query, as enrol=<word>. It is shown only here.
   */
  'word'?: (string);
}

/**
 * OpenEnrolmentResponse says when it closes.
 */
export interface OpenEnrolmentResponse__Output {
  /**
   * When it closes, in milliseconds since 1970.
   */
  'untilMs': (number);
  /**
   * The word that the URL must have in its query, as enrol=<word>. It is shown only here.
   */
  'word': (string);
}
