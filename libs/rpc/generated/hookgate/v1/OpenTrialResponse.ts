// Original file: protos/hookgate/v1/doctor.proto

import type { Long } from '@grpc/proto-loader';

/**
 * OpenTrialResponse says where and how to send test events.
 */
export interface OpenTrialResponse {
  /**
   * The source's path: /api/webhooks/ and this.
   */
  'path'?: (string);
  /**
   * What signs them, in Standard Webhooks.
   */
  'secret'?: (string);
  /**
   * When it closes, by the store's clock, in milliseconds since 1970.
   */
  'untilMs'?: (number | string | Long);
}

/**
 * OpenTrialResponse says where and how to send test events.
 */
export interface OpenTrialResponse__Output {
  /**
   * The source's path: /api/webhooks/ and this.
   */
  'path': (string);
  /**
   * What signs them, in Standard Webhooks.
   */
  'secret': (string);
  /**
   * When it closes, by the store's clock, in milliseconds since 1970.
   */
  'untilMs': (number);
}
