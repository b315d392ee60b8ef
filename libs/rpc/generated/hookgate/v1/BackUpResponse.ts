// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * BackUpResponse says where the copy is.
 */
export interface BackUpResponse {
  /**
   * Absolute path, on the dispatcher's machine.
   */
  'path'?: (string);
  /**
   * Its size.
   */
  'bytes'?: (number | string | Long);
}

/**
 * BackUpResponse says where the copy is.
 */
export interface BackUpResponse__Output {
  /**
   * Absolute path, on the dispatcher's machine.
   */
  'path': (string);
  /**
   * Its size.
   */
  'bytes': (number);
}
