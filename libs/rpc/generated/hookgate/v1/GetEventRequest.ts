// Original file: protos/hookgate/v1/admin.proto


/**
 * GetEventRequest names an event.
 */
export interface GetEventRequest {
  /**
   * The event's id.
   */
  'id'?: (string);
}

/**
 * GetEventRequest names an event.
 */
export interface GetEventRequest__Output {
  /**
   * The event's id.
   */
  'id': (string);
}
