// Original file: protos/hookgate/v1/ingest.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Trial is a path that takes test events for a while.
 */
export interface Trial {
  /**
   * The last part of its path.
   */
  'word'?: (string);
  /**
   * What signs them, in Standard Webhooks.
   */
  'secret'?: (string);
  /**
   * For how long from now, in milliseconds.
   */
  'leftMs'?: (number | string | Long);
}

/**
 * Trial is a path that takes test events for a while.
 */
export interface Trial__Output {
  /**
   * The last part of its path.
   */
  'word': (string);
  /**
   * What signs them, in Standard Webhooks.
   */
  'secret': (string);
  /**
   * For how long from now, in milliseconds.
   */
  'leftMs': (number);
}
