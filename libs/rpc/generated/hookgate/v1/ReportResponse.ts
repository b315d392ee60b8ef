// Original file: protos/hookgate/v1/ingest.proto

import type { EnrolledSecret as _hookgate_v1_EnrolledSecret, EnrolledSecret__Output as _hookgate_v1_EnrolledSecret__Output } from '../../hookgate/v1/EnrolledSecret.ts';
import type { Trial as _hookgate_v1_Trial, Trial__Output as _hookgate_v1_Trial__Output } from '../../hookgate/v1/Trial.ts';

/**
 * ReportResponse says what was kept, and what the edge should know.
 */
export interface ReportResponse {
  /**
   * How many of the refused requests were kept.
   */
  'refusedKept'?: (number);
  /**
   * Sources whose enrolment is open now.
   */
  'enrolmentsOpen'?: (string)[];
  /**
   * Secrets that enrolments delivered, for the edge to verify with.
   */
  'enrolled'?: (_hookgate_v1_EnrolledSecret)[];
  /**
   * Paths that take test events now.
   */
  'trials'?: (_hookgate_v1_Trial)[];
}

/**
 * ReportResponse says what was kept, and what the edge should know.
 */
export interface ReportResponse__Output {
  /**
   * How many of the refused requests were kept.
   */
  'refusedKept': (number);
  /**
   * Sources whose enrolment is open now.
   */
  'enrolmentsOpen': (string)[];
  /**
   * Secrets that enrolments delivered, for the edge to verify with.
   */
  'enrolled': (_hookgate_v1_EnrolledSecret__Output)[];
  /**
   * Paths that take test events now.
   */
  'trials': (_hookgate_v1_Trial__Output)[];
}
