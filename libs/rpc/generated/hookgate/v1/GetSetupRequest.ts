// Original file: protos/hookgate/v1/doctor.proto


/**
 * GetSetupRequest has no fields.
 */
export interface GetSetupRequest {
}

/**
 * GetSetupRequest has no fields.
 */
export interface GetSetupRequest__Output {
}
