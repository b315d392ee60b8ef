// Original file: protos/hookgate/v1/admin.proto

import type { HealthStatus as _hookgate_v1_HealthStatus, HealthStatus__Output as _hookgate_v1_HealthStatus__Output } from '../../hookgate/v1/HealthStatus.ts';
import type { Fault as _hookgate_v1_Fault, Fault__Output as _hookgate_v1_Fault__Output } from '../../hookgate/v1/Fault.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * GetHealthResponse says whether deliveries succeed.
 */
export interface GetHealthResponse {
  /**
   * The overall health.
   */
  'status'?: (_hookgate_v1_HealthStatus);
  /**
   * When a delivery last ended delivered, in milliseconds since 1970; absent if none has.
   */
  'lastProcessedAtMs'?: (number | string | Long);
  /**
   * Failed attempts as a share of all attempts in the last five minutes, 0 to 1.
   */
  'failureRate'?: (number | string);
  /**
   * Deliveries waiting or running, counted up to queue_counted_max.
   */
  'queueSize'?: (number | string | Long);
  /**
   * What is wrong and nobody's fault in particular, or keeps events from being stored, a sentence each.
   */
  'problems'?: (string)[];
  /**
   * How far the queue was counted: one of this size may be larger.
   */
  'queueCountedMax'?: (number | string | Long);
  /**
   * What an operator may want to know although nothing is wrong: for whom deliveries wait because nobody listens.
   */
  'notes'?: (string)[];
  /**
   * What is wrong and whose fault it is, the worst first. Those of a provider or a recipient leave the status as it is.
   */
  'faults'?: (_hookgate_v1_Fault)[];
  '_lastProcessedAtMs'?: "lastProcessedAtMs";
}

/**
 * GetHealthResponse says whether deliveries succeed.
 */
export interface GetHealthResponse__Output {
  /**
   * The overall health.
   */
  'status': (_hookgate_v1_HealthStatus__Output);
  /**
   * When a delivery last ended delivered, in milliseconds since 1970; absent if none has.
   */
  'lastProcessedAtMs'?: (number);
  /**
   * Failed attempts as a share of all attempts in the last five minutes, 0 to 1.
   */
  'failureRate': (number);
  /**
   * Deliveries waiting or running, counted up to queue_counted_max.
   */
  'queueSize': (number);
  /**
   * What is wrong and nobody's fault in particular, or keeps events from being stored, a sentence each.
   */
  'problems': (string)[];
  /**
   * How far the queue was counted: one of this size may be larger.
   */
  'queueCountedMax': (number);
  /**
   * What an operator may want to know although nothing is wrong: for whom deliveries wait because nobody listens.
   */
  'notes': (string)[];
  /**
   * What is wrong and whose fault it is, the worst first. Those of a provider or a recipient leave the status as it is.
   */
  'faults': (_hookgate_v1_Fault__Output)[];
  '_lastProcessedAtMs'?: "lastProcessedAtMs";
}
