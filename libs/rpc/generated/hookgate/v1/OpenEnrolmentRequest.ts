// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * OpenEnrolmentRequest names a source.
 */
export interface OpenEnrolmentRequest {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * How long, in milliseconds, at most an hour; 0 means ten minutes.
   */
  'openMs'?: (number | string | Long);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * OpenEnrolmentRequest names a source.
 */
export interface OpenEnrolmentRequest__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * How long, in milliseconds, at most an hour; 0 means ten minutes.
   */
  'openMs': (number);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
