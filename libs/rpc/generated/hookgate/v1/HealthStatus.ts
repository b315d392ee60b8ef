// Original file: protos/hookgate/v1/admin.proto

/**
 * HealthStatus is the overall health.
 */
export const HealthStatus = {
  /**
   * Not set.
   */
  HEALTH_STATUS_UNSPECIFIED: 'HEALTH_STATUS_UNSPECIFIED',
  /**
   * Deliveries succeed.
   */
  HEALTH_STATUS_HEALTHY: 'HEALTH_STATUS_HEALTHY',
  /**
   * Some fail, or they queue up.
   */
  HEALTH_STATUS_DEGRADED: 'HEALTH_STATUS_DEGRADED',
  /**
   * Most fail.
   */
  HEALTH_STATUS_UNHEALTHY: 'HEALTH_STATUS_UNHEALTHY',
} as const;

/**
 * HealthStatus is the overall health.
 */
export type HealthStatus =
  /**
   * Not set.
   */
  | 'HEALTH_STATUS_UNSPECIFIED'
  | 0
  /**
   * Deliveries succeed.
   */
  | 'HEALTH_STATUS_HEALTHY'
  | 1
  /**
   * Some fail, or they queue up.
   */
  | 'HEALTH_STATUS_DEGRADED'
  | 2
  /**
   * Most fail.
   */
  | 'HEALTH_STATUS_UNHEALTHY'
  | 3

/**
 * HealthStatus is the overall health.
 */
export type HealthStatus__Output = typeof HealthStatus[keyof typeof HealthStatus]
