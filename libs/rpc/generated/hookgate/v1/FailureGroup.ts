// Original file: protos/hookgate/v1/failure.proto

import type { Long } from '@grpc/proto-loader';

/**
 * FailureGroup counts failed attempts that have the same cause.
 */
export interface FailureGroup {
  /**
   * "flr_" and 32 hexadecimal digits, the same for the same cause.
   */
  'id'?: (string);
  /**
   * Name of the subscription.
   */
  'subscription'?: (string);
  /**
   * How the attempts ended: "failed", "timed_out", "host_lost" or "interrupted"; "other" for what came after the bound of
   * groups for a subscription.
   */
  'kind'?: (string);
  /**
   * Status of an endpoint's answer, such as "503", or class of the error, such as "TypeError"; empty if there is none.
   */
  'errorClass'?: (string);
  /**
   * The message, with digits, ids and times taken out.
   */
  'message'?: (string);
  /**
   * For a handler: where in its own code it failed, "function (file:line)"; empty if that is not known.
   */
  'frame'?: (string);
  /**
   * For a handler: path of its file; for an endpoint: its URL; empty for a stream.
   */
  'target'?: (string);
  /**
   * For a handler: SHA-256 of its file as it was imported, in hexadecimal digits; empty if that is not known.
   */
  'fileSha256'?: (string);
  /**
   * First and last failed attempt, in milliseconds since 1970.
   */
  'firstAtMs'?: (number | string | Long);
  'lastAtMs'?: (number | string | Long);
  /**
   * Failed attempts.
   */
  'attempts'?: (number | string | Long);
  /**
   * Deliveries that ended dead.
   */
  'dead'?: (number | string | Long);
  /**
   * Failed attempts in the last 60 minutes, and in the 60 minutes before.
   */
  'lastHour'?: (number | string | Long);
  'hourBefore'?: (number | string | Long);
  /**
   * "open", "acknowledged" or "resolved".
   */
  'state'?: (string);
  /**
   * When an operator last changed it, in milliseconds since 1970; absent if none has.
   */
  'stateAtMs'?: (number | string | Long);
  /**
   * Who.
   */
  'stateBy'?: (string);
  /**
   * Why, as the operator said.
   */
  'stateReason'?: (string);
  /**
   * It was resolved, and has failed again since.
   */
  'returned'?: (boolean);
  /**
   * One of its deliveries, the last to fail, and that one's event and error.
   */
  'deliveryId'?: (string);
  'eventId'?: (string);
  'error'?: (string);
  /**
   * Failed attempts of each ten minutes, oldest first, the last one in progress: 12 of them.
   */
  'recent'?: (number | string | Long)[];
  '_stateAtMs'?: "stateAtMs";
}

/**
 * FailureGroup counts failed attempts that have the same cause.
 */
export interface FailureGroup__Output {
  /**
   * "flr_" and 32 hexadecimal digits, the same for the same cause.
   */
  'id': (string);
  /**
   * Name of the subscription.
   */
  'subscription': (string);
  /**
   * How the attempts ended: "failed", "timed_out", "host_lost" or "interrupted"; "other" for what came after the bound of
   * groups for a subscription.
   */
  'kind': (string);
  /**
   * Status of an endpoint's answer, such as "503", or class of the error, such as "TypeError"; empty if there is none.
   */
  'errorClass': (string);
  /**
   * The message, with digits, ids and times taken out.
   */
  'message': (string);
  /**
   * For a handler: where in its own code it failed, "function (file:line)"; empty if that is not known.
   */
  'frame': (string);
  /**
   * For a handler: path of its file; for an endpoint: its URL; empty for a stream.
   */
  'target': (string);
  /**
   * For a handler: SHA-256 of its file as it was imported, in hexadecimal digits; empty if that is not known.
   */
  'fileSha256': (string);
  /**
   * First and last failed attempt, in milliseconds since 1970.
   */
  'firstAtMs': (number);
  'lastAtMs': (number);
  /**
   * Failed attempts.
   */
  'attempts': (number);
  /**
   * Deliveries that ended dead.
   */
  'dead': (number);
  /**
   * Failed attempts in the last 60 minutes, and in the 60 minutes before.
   */
  'lastHour': (number);
  'hourBefore': (number);
  /**
   * "open", "acknowledged" or "resolved".
   */
  'state': (string);
  /**
   * When an operator last changed it, in milliseconds since 1970; absent if none has.
   */
  'stateAtMs'?: (number);
  /**
   * Who.
   */
  'stateBy': (string);
  /**
   * Why, as the operator said.
   */
  'stateReason': (string);
  /**
   * It was resolved, and has failed again since.
   */
  'returned': (boolean);
  /**
   * One of its deliveries, the last to fail, and that one's event and error.
   */
  'deliveryId': (string);
  'eventId': (string);
  'error': (string);
  /**
   * Failed attempts of each ten minutes, oldest first, the last one in progress: 12 of them.
   */
  'recent': (number)[];
  '_stateAtMs'?: "stateAtMs";
}
