// Original file: protos/hookgate/v1/notice.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Notice is something that operators are told of once, and once more when it is over.
 */
export interface Notice {
  /**
   * "dead", "failure", "breaker", "pause", "silence", "handshake", "secret" or "disk".
   */
  'kind'?: (string);
  /**
   * A subscription, a source, a source and a secret, or the id of a group of failures; empty for the disk.
   */
  'subject'?: (string);
  /**
   * What happened, a sentence.
   */
  'text'?: (string);
  /**
   * What to do about it.
   */
  'advice'?: (string);
  /**
   * The console's page of it, a path.
   */
  'path'?: (string);
  /**
   * When it began, in milliseconds since 1970.
   */
  'beganAtMs'?: (number | string | Long);
  /**
   * When it was over, in milliseconds since 1970; absent if it is not.
   */
  'endedAtMs'?: (number | string | Long);
  /**
   * Names of the recipients who know of it.
   */
  'told'?: (string)[];
  /**
   * Names of those who have still to be told that it began, or is over.
   */
  'untold'?: (string)[];
  '_endedAtMs'?: "endedAtMs";
}

/**
 * Notice is something that operators are told of once, and once more when it is over.
 */
export interface Notice__Output {
  /**
   * "dead", "failure", "breaker", "pause", "silence", "handshake", "secret" or "disk".
   */
  'kind': (string);
  /**
   * A subscription, a source, a source and a secret, or the id of a group of failures; empty for the disk.
   */
  'subject': (string);
  /**
   * What happened, a sentence.
   */
  'text': (string);
  /**
   * What to do about it.
   */
  'advice': (string);
  /**
   * The console's page of it, a path.
   */
  'path': (string);
  /**
   * When it began, in milliseconds since 1970.
   */
  'beganAtMs': (number);
  /**
   * When it was over, in milliseconds since 1970; absent if it is not.
   */
  'endedAtMs'?: (number);
  /**
   * Names of the recipients who know of it.
   */
  'told': (string)[];
  /**
   * Names of those who have still to be told that it began, or is over.
   */
  'untold': (string)[];
  '_endedAtMs'?: "endedAtMs";
}
