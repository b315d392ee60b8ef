// Original file: protos/hookgate/v1/ingest.proto

import type { QuarantinedRequest as _hookgate_v1_QuarantinedRequest, QuarantinedRequest__Output as _hookgate_v1_QuarantinedRequest__Output } from '../../hookgate/v1/QuarantinedRequest.ts';
import type { SecretUse as _hookgate_v1_SecretUse, SecretUse__Output as _hookgate_v1_SecretUse__Output } from '../../hookgate/v1/SecretUse.ts';
import type { HandshakeSeen as _hookgate_v1_HandshakeSeen, HandshakeSeen__Output as _hookgate_v1_HandshakeSeen__Output } from '../../hookgate/v1/HandshakeSeen.ts';
import type { EnrolledSecret as _hookgate_v1_EnrolledSecret, EnrolledSecret__Output as _hookgate_v1_EnrolledSecret__Output } from '../../hookgate/v1/EnrolledSecret.ts';
import type { RequestCounts as _hookgate_v1_RequestCounts, RequestCounts__Output as _hookgate_v1_RequestCounts__Output } from '../../hookgate/v1/RequestCounts.ts';

/**
 * ReportRequest carries what was noticed since the last one.
 */
export interface ReportRequest {
  /**
   * Refused requests, for quarantine.
   */
  'refused'?: (_hookgate_v1_QuarantinedRequest)[];
  /**
   * Secrets that verified requests.
   */
  'secretUses'?: (_hookgate_v1_SecretUse)[];
  /**
   * Handshakes that were answered or failed.
   */
  'handshakes'?: (_hookgate_v1_HandshakeSeen)[];
  /**
   * Secrets that a handshake delivered while an enrolment was open.
   */
  'enrolled'?: (_hookgate_v1_EnrolledSecret)[];
  /**
   * Requests that were answered, by source and outcome. Sent now and then even if there are none: the edge is there.
   */
  'counts'?: (_hookgate_v1_RequestCounts | null);
  '_counts'?: "counts";
}

/**
 * ReportRequest carries what was noticed since the last one.
 */
export interface ReportRequest__Output {
  /**
   * Refused requests, for quarantine.
   */
  'refused': (_hookgate_v1_QuarantinedRequest__Output)[];
  /**
   * Secrets that verified requests.
   */
  'secretUses': (_hookgate_v1_SecretUse__Output)[];
  /**
   * Handshakes that were answered or failed.
   */
  'handshakes': (_hookgate_v1_HandshakeSeen__Output)[];
  /**
   * Secrets that a handshake delivered while an enrolment was open.
   */
  'enrolled': (_hookgate_v1_EnrolledSecret__Output)[];
  /**
   * Requests that were answered, by source and outcome. Sent now and then even if there are none: the edge is there.
   */
  'counts'?: (_hookgate_v1_RequestCounts__Output | null);
  '_counts'?: "counts";
}
