// Original file: protos/hookgate/v1/admin.proto

import type { EventSummary as _hookgate_v1_EventSummary, EventSummary__Output as _hookgate_v1_EventSummary__Output } from '../../hookgate/v1/EventSummary.ts';
import type { Replay as _hookgate_v1_Replay, Replay__Output as _hookgate_v1_Replay__Output } from '../../hookgate/v1/Replay.ts';
import type { QuarantinedRequest as _hookgate_v1_QuarantinedRequest, QuarantinedRequest__Output as _hookgate_v1_QuarantinedRequest__Output } from '../../hookgate/v1/QuarantinedRequest.ts';
import type { FailureGroup as _hookgate_v1_FailureGroup, FailureGroup__Output as _hookgate_v1_FailureGroup__Output } from '../../hookgate/v1/FailureGroup.ts';
import type { Proposal as _hookgate_v1_Proposal, Proposal__Output as _hookgate_v1_Proposal__Output } from '../../hookgate/v1/Proposal.ts';
import type { Change as _hookgate_v1_Change, Change__Output as _hookgate_v1_Change__Output } from '../../hookgate/v1/Change.ts';
import type { AuditRecord as _hookgate_v1_AuditRecord, AuditRecord__Output as _hookgate_v1_AuditRecord__Output } from '../../hookgate/v1/AuditRecord.ts';

/**
 * Found is something that an id names.
 */
export interface Found {
  /**
   * "event", "delivery", "replay", "quarantined", "failure", "proposal", "change" or "audit_record"; "provider_event" if the id is
   * the provider's; "source" or "subscription" if it is the name of one.
   */
  'what'?: (string);
  /**
   * The id, or the name.
   */
  'id'?: (string);
  /**
   * The event, if it names one or one of its deliveries; absent if that was removed.
   */
  'event'?: (_hookgate_v1_EventSummary | null);
  /**
   * The replay.
   */
  'replay'?: (_hookgate_v1_Replay | null);
  /**
   * The refused request; headers and body are left empty.
   */
  'quarantined'?: (_hookgate_v1_QuarantinedRequest | null);
  /**
   * The group of failures.
   */
  'failure'?: (_hookgate_v1_FailureGroup | null);
  /**
   * The proposal.
   */
  'proposal'?: (_hookgate_v1_Proposal | null);
  /**
   * The change.
   */
  'change'?: (_hookgate_v1_Change | null);
  /**
   * The entry of the audit log.
   */
  'auditRecord'?: (_hookgate_v1_AuditRecord | null);
}

/**
 * Found is something that an id names.
 */
export interface Found__Output {
  /**
   * "event", "delivery", "replay", "quarantined", "failure", "proposal", "change" or "audit_record"; "provider_event" if the id is
   * the provider's; "source" or "subscription" if it is the name of one.
   */
  'what': (string);
  /**
   * The id, or the name.
   */
  'id': (string);
  /**
   * The event, if it names one or one of its deliveries; absent if that was removed.
   */
  'event': (_hookgate_v1_EventSummary__Output | null);
  /**
   * The replay.
   */
  'replay': (_hookgate_v1_Replay__Output | null);
  /**
   * The refused request; headers and body are left empty.
   */
  'quarantined': (_hookgate_v1_QuarantinedRequest__Output | null);
  /**
   * The group of failures.
   */
  'failure': (_hookgate_v1_FailureGroup__Output | null);
  /**
   * The proposal.
   */
  'proposal': (_hookgate_v1_Proposal__Output | null);
  /**
   * The change.
   */
  'change': (_hookgate_v1_Change__Output | null);
  /**
   * The entry of the audit log.
   */
  'auditRecord': (_hookgate_v1_AuditRecord__Output | null);
}
