// Original file: protos/hookgate/v1/event.proto

/**
 * DeliveryState is the state of a delivery.
 */
export const DeliveryState = {
  /**
   * Not set.
   */
  DELIVERY_STATE_UNSPECIFIED: 'DELIVERY_STATE_UNSPECIFIED',
  /**
   * Due at next_attempt_at_ms; if that is absent, held back by an earlier delivery of its order key.
   */
  DELIVERY_STATE_WAITING: 'DELIVERY_STATE_WAITING',
  /**
   * Claimed by one dispatcher.
   */
  DELIVERY_STATE_RUNNING: 'DELIVERY_STATE_RUNNING',
  /**
   * Ended: an attempt succeeded.
   */
  DELIVERY_STATE_DELIVERED: 'DELIVERY_STATE_DELIVERED',
  /**
   * Ended: out of attempts. It is kept and can be tried again.
   */
  DELIVERY_STATE_DEAD: 'DELIVERY_STATE_DEAD',
  /**
   * Ended: an operator cancelled it.
   */
  DELIVERY_STATE_CANCELLED: 'DELIVERY_STATE_CANCELLED',
} as const;

/**
 * DeliveryState is the state of a delivery.
 */
export type DeliveryState =
  /**
   * Not set.
   */
  | 'DELIVERY_STATE_UNSPECIFIED'
  | 0
  /**
   * Due at next_attempt_at_ms; if that is absent, held back by an earlier delivery of its order key.
   */
  | 'DELIVERY_STATE_WAITING'
  | 1
  /**
   * Claimed by one dispatcher.
   */
  | 'DELIVERY_STATE_RUNNING'
  | 2
  /**
   * Ended: an attempt succeeded.
   */
  | 'DELIVERY_STATE_DELIVERED'
  | 3
  /**
   * Ended: out of attempts. It is kept and can be tried again.
   */
  | 'DELIVERY_STATE_DEAD'
  | 4
  /**
   * Ended: an operator cancelled it.
   */
  | 'DELIVERY_STATE_CANCELLED'
  | 5

/**
 * DeliveryState is the state of a delivery.
 */
export type DeliveryState__Output = typeof DeliveryState[keyof typeof DeliveryState]
