// Original file: protos/hookgate/v1/admin.proto


/**
 * GetHealthRequest has no fields.
 */
export interface GetHealthRequest {
}

/**
 * GetHealthRequest has no fields.
 */
export interface GetHealthRequest__Output {
}
