// Original file: protos/hookgate/v1/admin.proto


/**
 * ListSourcesRequest has no fields.
 */
export interface ListSourcesRequest {
}

/**
 * ListSourcesRequest has no fields.
 */
export interface ListSourcesRequest__Output {
}
