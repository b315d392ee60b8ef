// Original file: protos/hookgate/v1/admin.proto

import type { MetricPoint as _hookgate_v1_MetricPoint, MetricPoint__Output as _hookgate_v1_MetricPoint__Output } from '../../hookgate/v1/MetricPoint.ts';
import type { Patience as _hookgate_v1_Patience, Patience__Output as _hookgate_v1_Patience__Output } from '../../hookgate/v1/Patience.ts';
import type { Silence as _hookgate_v1_Silence, Silence__Output as _hookgate_v1_Silence__Output } from '../../hookgate/v1/Silence.ts';
import type { RecurringHandshake as _hookgate_v1_RecurringHandshake, RecurringHandshake__Output as _hookgate_v1_RecurringHandshake__Output } from '../../hookgate/v1/RecurringHandshake.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * SourceStatus is what is known of a source.
 */
export interface SourceStatus {
  /**
   * Its name.
   */
  'name'?: (string);
  /**
   * Its provider.
   */
  'provider'?: (string);
  /**
   * When an event last came, in milliseconds since 1970; absent if none did in 90 days. Of one that was a duplicate, or was removed
   * since, only the minute or the hour is known.
   */
  'lastReceivedAtMs'?: (number | string | Long);
  /**
   * The last 24 hours.
   */
  'day'?: (_hookgate_v1_MetricPoint | null);
  /**
   * How long its provider waits for an answer, in milliseconds; absent if it does not say.
   */
  'ackDeadlineMs'?: (number | string | Long);
  /**
   * How the provider retries, and what follows from our last outage.
   */
  'patience'?: (_hookgate_v1_Patience | null);
  /**
   * Absent unless it has gone quiet.
   */
  'silence'?: (_hookgate_v1_Silence | null);
  /**
   * Its recurring handshake; absent if its provider has none.
   */
  'handshake'?: (_hookgate_v1_RecurringHandshake | null);
  /**
   * Types that have gone quiet while others of it come, those of which most is missing first; ten at most.
   */
  'quietTypes'?: (_hookgate_v1_Silence)[];
  '_lastReceivedAtMs'?: "lastReceivedAtMs";
  '_ackDeadlineMs'?: "ackDeadlineMs";
  '_silence'?: "silence";
  '_handshake'?: "handshake";
}

/**
 * SourceStatus is what is known of a source.
 */
export interface SourceStatus__Output {
  /**
   * Its name.
   */
  'name': (string);
  /**
   * Its provider.
   */
  'provider': (string);
  /**
   * When an event last came, in milliseconds since 1970; absent if none did in 90 days. Of one that was a duplicate, or was removed
   * since, only the minute or the hour is known.
   */
  'lastReceivedAtMs'?: (number);
  /**
   * The last 24 hours.
   */
  'day': (_hookgate_v1_MetricPoint__Output | null);
  /**
   * How long its provider waits for an answer, in milliseconds; absent if it does not say.
   */
  'ackDeadlineMs'?: (number);
  /**
   * How the provider retries, and what follows from our last outage.
   */
  'patience': (_hookgate_v1_Patience__Output | null);
  /**
   * Absent unless it has gone quiet.
   */
  'silence'?: (_hookgate_v1_Silence__Output | null);
  /**
   * Its recurring handshake; absent if its provider has none.
   */
  'handshake'?: (_hookgate_v1_RecurringHandshake__Output | null);
  /**
   * Types that have gone quiet while others of it come, those of which most is missing first; ten at most.
   */
  'quietTypes': (_hookgate_v1_Silence__Output)[];
  '_lastReceivedAtMs'?: "lastReceivedAtMs";
  '_ackDeadlineMs'?: "ackDeadlineMs";
  '_silence'?: "silence";
  '_handshake'?: "handshake";
}
