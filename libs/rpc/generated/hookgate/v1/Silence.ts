// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Silence is a source that has gone quiet against its own habit.
 */
export interface Silence {
  /**
   * Since when nothing came, in milliseconds since 1970.
   */
  'sinceMs'?: (number | string | Long);
  /**
   * The type that has gone quiet; empty if all have.
   */
  'type'?: (string);
  /**
   * How many events come in such a time by habit.
   */
  'expected'?: (number | string);
  /**
   * That in a sentence.
   */
  'problem'?: (string);
}

/**
 * Silence is a source that has gone quiet against its own habit.
 */
export interface Silence__Output {
  /**
   * Since when nothing came, in milliseconds since 1970.
   */
  'sinceMs': (number);
  /**
   * The type that has gone quiet; empty if all have.
   */
  'type': (string);
  /**
   * How many events come in such a time by habit.
   */
  'expected': (number);
  /**
   * That in a sentence.
   */
  'problem': (string);
}
