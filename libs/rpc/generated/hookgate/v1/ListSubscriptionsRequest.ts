// Original file: protos/hookgate/v1/admin.proto


/**
 * ListSubscriptionsRequest has no fields.
 */
export interface ListSubscriptionsRequest {
}

/**
 * ListSubscriptionsRequest has no fields.
 */
export interface ListSubscriptionsRequest__Output {
}
