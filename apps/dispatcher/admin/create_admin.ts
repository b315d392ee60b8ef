import type { AdminServer } from "@hookgate/rpc";
import { auditCalls } from "./audit_calls.ts";
import { type AuditedOptions, audited } from "./audited.ts";
import { type CopyCallsOptions, copyCalls } from "./copy_calls.ts";
import { type DeliveryCallsOptions, deliveryCalls } from "./delivery_calls.ts";
import { type DoctorCallsOptions, doctorCalls } from "./doctor_calls.ts";
import { type EraseCallsOptions, eraseCalls } from "./erase_calls.ts";
import { type EventCallsOptions, eventCalls } from "./event_calls.ts";
import { type FailureCallsOptions, failureCalls } from "./failure_calls.ts";
import { type FindCallsOptions, findCalls } from "./find_calls.ts";
import { type HealthCallsOptions, healthCalls } from "./health_calls.ts";
import { type MetricCallsOptions, metricCalls } from "./metric_calls.ts";
import { type NoticeCallsOptions, noticeCalls } from "./notice_calls.ts";
import { type ProposalCallsOptions, proposalCalls } from "./proposal_calls.ts";
import { type QuarantineCallsOptions, quarantineCalls } from "./quarantine_calls.ts";
import { type ReplayCallsOptions, replayCalls } from "./replay_calls.ts";
import { type SecretCallsOptions, secretCalls } from "./secret_calls.ts";
import { type SourceCallsOptions, sourceCalls } from "./source_calls.ts";
import { type SubscriptionCallsOptions, subscriptionCalls } from "./subscription_calls.ts";
import { upkeepCalls } from "./upkeep_calls.ts";

/** What all operator calls need. */
export type CreateAdminOptions = EventCallsOptions &
  DeliveryCallsOptions &
  SubscriptionCallsOptions &
  ReplayCallsOptions &
  QuarantineCallsOptions &
  SecretCallsOptions &
  HealthCallsOptions &
  MetricCallsOptions &
  SourceCallsOptions &
  AuditedOptions &
  FailureCallsOptions &
  FindCallsOptions &
  CopyCallsOptions &
  EraseCallsOptions &
  Omit<ProposalCallsOptions, "acts"> &
  NoticeCallsOptions &
  DoctorCallsOptions &
  Parameters<typeof auditCalls>[0] &
  Parameters<typeof upkeepCalls>[0];

/** The operator's calls. What they change is written to the audit log. */
export function createAdmin(options: CreateAdminOptions): AdminServer {
  const handlers = {
    ...eventCalls(options),
    ...deliveryCalls(options),
    ...subscriptionCalls(options),
    ...replayCalls(options),
    ...quarantineCalls(options),
    ...secretCalls(options),
    ...healthCalls(options),
    ...metricCalls(options),
    ...sourceCalls(options),
    ...auditCalls(options),
    ...upkeepCalls(options),
    ...failureCalls(options),
    ...findCalls(options),
    ...copyCalls(options),
    ...eraseCalls(options),
    // What is approved is done by the same calls, and so written to the same log.
    ...proposalCalls({ ...options, acts: () => admin }),
    ...noticeCalls(options),
    ...doctorCalls(options),
  };
  const admin = audited(handlers, options);
  return admin;
}
