// Original file: protos/hookgate/v1/admin.proto

/**
 * HealthStatus sums up.
 */
export const HealthStatus = {
  /**
   * Not said.
   */
  HEALTH_STATUS_UNSPECIFIED: 'HEALTH_STATUS_UNSPECIFIED',
  /**
   * Deliveries get through.
   */
  HEALTH_STATUS_HEALTHY: 'HEALTH_STATUS_HEALTHY',
  /**
   * Some do not, or they queue up.
   */
  HEALTH_STATUS_DEGRADED: 'HEALTH_STATUS_DEGRADED',
  /**
   * Most do not.
   */
  HEALTH_STATUS_UNHEALTHY: 'HEALTH_STATUS_UNHEALTHY',
} as const;

/**
 * HealthStatus sums up.
 */
export type HealthStatus =
  /**
   * Not said.
   */
  | 'HEALTH_STATUS_UNSPECIFIED'
  | 0
  /**
   * Deliveries get through.
   */
  | 'HEALTH_STATUS_HEALTHY'
  | 1
  /**
   * Some do not, or they queue up.
   */
  | 'HEALTH_STATUS_DEGRADED'
  | 2
  /**
   * Most do not.
   */
  | 'HEALTH_STATUS_UNHEALTHY'
  | 3

/**
 * HealthStatus sums up.
 */
export type HealthStatus__Output = typeof HealthStatus[keyof typeof HealthStatus]
