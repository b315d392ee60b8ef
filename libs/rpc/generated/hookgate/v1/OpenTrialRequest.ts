// Original file: protos/hookgate/v1/doctor.proto


/**
 * OpenTrialRequest has no fields.
 */
export interface OpenTrialRequest {
}

/**
 * OpenTrialRequest has no fields.
 */
export interface OpenTrialRequest__Output {
}
