// Original file: protos/hookgate/v1/admin.proto


/**
 * ListSubscriptionsRequest asks for all of them.
 */
export interface ListSubscriptionsRequest {
}

/**
 * ListSubscriptionsRequest asks for all of them.
 */
export interface ListSubscriptionsRequest__Output {
}
