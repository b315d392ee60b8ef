// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * AuditRecord is something that an operator did.
 */
export interface AuditRecord {
  /**
   * "aud_" and a UUIDv7 in 32 hexadecimal digits.
   */
  'id'?: (string);
  /**
   * In milliseconds since 1970.
   */
  'atMs'?: (number | string | Long);
  /**
   * Who: the name of the caller's token or certificate.
   */
  'caller'?: (string);
  /**
   * What: "retry", "pause" …
   */
  'action'?: (string);
  /**
   * What it was done to.
   */
  'target'?: (string);
  /**
   * Why, as the operator said; can be empty.
   */
  'reason'?: (string);
  /**
   * "started" until it has ended; "done", or why it was not done.
   */
  'outcome'?: (string);
}

/**
 * AuditRecord is something that an operator did.
 */
export interface AuditRecord__Output {
  /**
   * "aud_" and a UUIDv7 in 32 hexadecimal digits.
   */
  'id': (string);
  /**
   * In milliseconds since 1970.
   */
  'atMs': (number);
  /**
   * Who: the name of the caller's token or certificate.
   */
  'caller': (string);
  /**
   * What: "retry", "pause" …
   */
  'action': (string);
  /**
   * What it was done to.
   */
  'target': (string);
  /**
   * Why, as the operator said; can be empty.
   */
  'reason': (string);
  /**
   * "started" until it has ended; "done", or why it was not done.
   */
  'outcome': (string);
}
