// Original file: protos/hookgate/v1/admin.proto


/**
 * GetHealthRequest asks for the whole.
 */
export interface GetHealthRequest {
}

/**
 * GetHealthRequest asks for the whole.
 */
export interface GetHealthRequest__Output {
}
