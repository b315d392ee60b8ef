// Original file: protos/hookgate/v1/notice.proto


/**
 * ListNoticesRequest has no fields.
 */
export interface ListNoticesRequest {
}

/**
 * ListNoticesRequest has no fields.
 */
export interface ListNoticesRequest__Output {
}
