// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * RecurringHandshake is a handshake that a provider repeats.
 */
export interface RecurringHandshake {
  /**
   * How often, in milliseconds.
   */
  'everyMs'?: (number | string | Long);
  /**
   * When one last succeeded, in milliseconds since 1970; absent if none has.
   */
  'lastOkAtMs'?: (number | string | Long);
  /**
   * "failed": the last one did. "late": it stopped coming. Empty if all is well, or none ever came.
   */
  'problem'?: (string);
  '_lastOkAtMs'?: "lastOkAtMs";
}

/**
 * RecurringHandshake is a handshake that a provider repeats.
 */
export interface RecurringHandshake__Output {
  /**
   * How often, in milliseconds.
   */
  'everyMs': (number);
  /**
   * When one last succeeded, in milliseconds since 1970; absent if none has.
   */
  'lastOkAtMs'?: (number);
  /**
   * "failed": the last one did. "late": it stopped coming. Empty if all is well, or none ever came.
   */
  'problem': (string);
  '_lastOkAtMs'?: "lastOkAtMs";
}
