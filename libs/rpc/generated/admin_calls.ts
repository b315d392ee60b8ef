// Written by `npm run codegen`, from the protos.
import type {
  AcknowledgeFailureRequest,
  AcknowledgeFailureResponse,
  ApproveProposalRequest,
  ApproveProposalResponse,
  BackUpRequest,
  BackUpResponse,
  CancelDeliveryRequest,
  CancelDeliveryResponse,
  ChangeSubscriptionRequest,
  ChangeSubscriptionResponse,
  CreateCopyRequest,
  CreateCopyResponse,
  CreateReplayRequest,
  CreateReplayResponse,
  DeleteSubscriptionRequest,
  DeleteSubscriptionResponse,
  EraseSubjectRequest,
  EraseSubjectResponse,
  FindInBodiesRequest,
  FindInBodiesResponse,
  FindRequest,
  FindResponse,
  GetEventRequest,
  GetEventResponse,
  GetFailureRequest,
  GetFailureResponse,
  GetHealthRequest,
  GetHealthResponse,
  GetMetricSeriesRequest,
  GetMetricSeriesResponse,
  GetMetricsRequest,
  GetMetricsResponse,
  GetQuarantinedRequest,
  GetQuarantinedResponse,
  GetSetupRequest,
  GetSetupResponse,
  ListAuditRequest,
  ListAuditResponse,
  ListChangesRequest,
  ListChangesResponse,
  ListEventsRequest,
  ListEventsResponse,
  ListFailuresRequest,
  ListFailuresResponse,
  ListNoticesRequest,
  ListNoticesResponse,
  ListProposalsRequest,
  ListProposalsResponse,
  ListQuarantineRequest,
  ListQuarantineResponse,
  ListReplaysRequest,
  ListReplaysResponse,
  ListSecretsRequest,
  ListSecretsResponse,
  ListSourcesRequest,
  ListSourcesResponse,
  ListStoreProblemsRequest,
  ListStoreProblemsResponse,
  ListSubscriptionsRequest,
  ListSubscriptionsResponse,
  OpenEnrolmentRequest,
  OpenEnrolmentResponse,
  OpenTrialRequest,
  OpenTrialResponse,
  PauseSubscriptionRequest,
  PauseSubscriptionResponse,
  ProposeRequest,
  ProposeResponse,
  RejectProposalRequest,
  RejectProposalResponse,
  ResolveFailureRequest,
  ResolveFailureResponse,
  ResumeSubscriptionRequest,
  ResumeSubscriptionResponse,
  RetryDeliveryRequest,
  RetryDeliveryResponse,
  RevokeEnrolmentRequest,
  RevokeEnrolmentResponse,
  SendTestNoticeRequest,
  SendTestNoticeResponse,
  SetReplayStateRequest,
  SetReplayStateResponse,
  VerifyQuarantinedRequest,
  VerifyQuarantinedResponse,
} from "./messages.ts";

/** The calls of AdminService, on both ends. They reject with an `RpcError`. */
export interface AdminHandlers {
  /**
   * AcknowledgeFailure says that somebody knows of a group. NOT_FOUND if there is none.
   */
  acknowledgeFailure(request: AcknowledgeFailureRequest): Promise<AcknowledgeFailureResponse>;
  /**
   * ApproveProposal does what was proposed, once, in the name of the caller. NOT_FOUND if there is none. FAILED_PRECONDITION: it
   * does not wait any more, or it would not do now what it said that it would.
   */
  approveProposal(request: ApproveProposalRequest): Promise<ApproveProposalResponse>;
  /**
   * BackUp copies the embedded store to a file on the dispatcher's machine while it is in use, and answers when that is whole. It can
   * take minutes. FAILED_PRECONDITION with MongoDB.
   */
  backUp(request: BackUpRequest): Promise<BackUpResponse>;
  /**
   * CancelDelivery ends a waiting or dead delivery. If it held back others of its order key, the next one becomes due.
   * NOT_FOUND if there is none, FAILED_PRECONDITION in any other state.
   */
  cancelDelivery(request: CancelDeliveryRequest): Promise<CancelDeliveryResponse>;
  /**
   * ChangeSubscription replaces the filter of a subscription that is not in the configuration, for new events.
   * FAILED_PRECONDITION: the configuration decides its filter, or it is no stream, or it is being deleted.
   */
  changeSubscription(request: ChangeSubscriptionRequest): Promise<ChangeSubscriptionResponse>;
  /**
   * CreateCopy delivers an event with another body to one subscription, for a try. The copy is an event of its own, flagged
   * "edited", and nothing that its provider sent is ever taken for it. NOT_FOUND: there is no such event or subscription.
   * FAILED_PRECONDITION: the subscription is paused by the configuration or being deleted.
   */
  createCopy(request: CreateCopyRequest): Promise<CreateCopyResponse>;
  /**
   * CreateReplay repeats deliveries, or counts what it would repeat. NOT_FOUND: there is no such id or subscription.
   * FAILED_PRECONDITION: its subscription was deleted, or is no longer in the configuration, or nobody wants the event.
   */
  createReplay(request: CreateReplayRequest): Promise<CreateReplayResponse>;
  /**
   * DeleteSubscription deletes a subscription that is not in the configuration and cancels what waits for it. It works for
   * some seconds: call it again until done. The dispatcher finishes it in any case. FAILED_PRECONDITION: it is in the configuration.
   */
  deleteSubscription(request: DeleteSubscriptionRequest): Promise<DeleteSubscriptionResponse>;
  /**
   * EraseSubject deletes the keys of a person, so that nothing that was encrypted about them can be read any more. Every dispatcher
   * has forgotten them when in_force_ms are over. FAILED_PRECONDITION if no source has ever protected anything.
   */
  eraseSubject(request: EraseSubjectRequest): Promise<EraseSubjectResponse>;
  /**
   * Find returns what an id names: one of ours, a provider's id of an event, or the name of a source or a subscription. Nothing if
   * there is none.
   */
  find(request: FindRequest): Promise<FindResponse>;
  /**
   * FindInBodies looks through the bodies of a source's events for a part of about two seconds; call it again with the token of
   * the answer to look further. It gives way to everything else.
   */
  findInBodies(request: FindInBodiesRequest): Promise<FindInBodiesResponse>;
  /**
   * GetEvent returns one event with its deliveries and their attempts. NOT_FOUND if there is none.
   */
  getEvent(request: GetEventRequest): Promise<GetEventResponse>;
  /**
   * GetFailure returns one group, and what changed before it began. NOT_FOUND if there is none.
   */
  getFailure(request: GetFailureRequest): Promise<GetFailureResponse>;
  /**
   * GetHealth says whether deliveries succeed, and if not, whose fault it is.
   */
  getHealth(request: GetHealthRequest): Promise<GetHealthResponse>;
  /**
   * GetMetricSeries returns the counts of a window point by point, for charts. It reads counts, never events: a long window costs
   * little more than a short one. INVALID_ARGUMENT for a window or step that is not kept.
   */
  getMetricSeries(request: GetMetricSeriesRequest): Promise<GetMetricSeriesResponse>;
  /**
   * GetMetrics returns the counts of a window of time.
   */
  getMetrics(request: GetMetricsRequest): Promise<GetMetricsResponse>;
  /**
   * GetQuarantined returns one whole refused request; credentials are masked. NOT_FOUND if there is none.
   */
  getQuarantined(request: GetQuarantinedRequest): Promise<GetQuarantinedResponse>;
  /**
   * GetSetup returns clocks, durability settings and limits, for npx hookgate doctor to judge.
   */
  getSetup(request: GetSetupRequest): Promise<GetSetupResponse>;
  /**
   * ListAudit returns what operators did, newest first, a page at a time.
   */
  listAudit(request: ListAuditRequest): Promise<ListAuditResponse>;
  /**
   * ListChanges returns what changed in the last 30 days, newest first, a page at a time.
   */
  listChanges(request: ListChangesRequest): Promise<ListChangesResponse>;
  /**
   * ListEvents returns events, newest first, a page at a time.
   */
  listEvents(request: ListEventsRequest): Promise<ListEventsResponse>;
  /**
   * ListFailures returns groups of failed attempts that have the same cause, the one that failed last first, a page at a time.
   */
  listFailures(request: ListFailuresRequest): Promise<ListFailuresResponse>;
  /**
   * ListNotices returns who is told when something is wrong, what they were told, and what they could not be told.
   */
  listNotices(request: ListNoticesRequest): Promise<ListNoticesResponse>;
  /**
   * ListProposals returns the proposals that are kept, newest first.
   */
  listProposals(request: ListProposalsRequest): Promise<ListProposalsResponse>;
  /**
   * ListQuarantine returns refused requests, newest first, a page at a time.
   */
  listQuarantine(request: ListQuarantineRequest): Promise<ListQuarantineResponse>;
  /**
   * ListReplays returns replays, newest first.
   */
  listReplays(request: ListReplaysRequest): Promise<ListReplaysResponse>;
  /**
   * ListSecrets says which secrets are in use, and which can be removed.
   */
  listSecrets(request: ListSecretsRequest): Promise<ListSecretsResponse>;
  /**
   * ListSources returns all sources of the configuration: what came of each, how it was answered, whether it has gone quiet, and
   * how patient its provider is with an outage of ours.
   */
  listSources(request: ListSourcesRequest): Promise<ListSourcesResponse>;
  /**
   * ListStoreProblems looks whether what is stored is whole, a bounded part at a time: the bodies of events, then the events of
   * deliveries.
   */
  listStoreProblems(request: ListStoreProblemsRequest): Promise<ListStoreProblemsResponse>;
  /**
   * ListSubscriptions returns all of them, with their state.
   */
  listSubscriptions(request: ListSubscriptionsRequest): Promise<ListSubscriptionsResponse>;
  /**
   * OpenEnrolment accepts a secret from a handshake of a source, for some minutes: from one whose URL has the word that it
   * returns.
   */
  openEnrolment(request: OpenEnrolmentRequest): Promise<OpenEnrolmentResponse>;
  /**
   * OpenTrial opens a path for test events for two minutes, with a word and a secret of its own. What arrives there is stored as of
   * the source hookgate-doctor, and no subscription gets it.
   */
  openTrial(request: OpenTrialRequest): Promise<OpenTrialResponse>;
  /**
   * PauseSubscription makes its deliveries wait. NOT_FOUND if there is none.
   */
  pauseSubscription(request: PauseSubscriptionRequest): Promise<PauseSubscriptionResponse>;
  /**
   * Propose keeps an action for a person to approve, with what it would do now, and does nothing else. NOT_FOUND: it names what
   * there is not. FAILED_PRECONDITION: it would do nothing, or not be done. RESOURCE_EXHAUSTED: too many proposals wait.
   */
  propose(request: ProposeRequest): Promise<ProposeResponse>;
  /**
   * RejectProposal ends a proposal: it is not done. NOT_FOUND if there is none, FAILED_PRECONDITION if it does not wait any more.
   */
  rejectProposal(request: RejectProposalRequest): Promise<RejectProposalResponse>;
  /**
   * ResolveFailure says that its cause is gone. It is open again once it fails again. NOT_FOUND if there is none.
   */
  resolveFailure(request: ResolveFailureRequest): Promise<ResolveFailureResponse>;
  /**
   * ResumeSubscription ends a pause. NOT_FOUND if there is none, FAILED_PRECONDITION if it is not paused, or not in
   * the configuration. A backfill delivers what it missed while its backlog was over its bound.
   */
  resumeSubscription(request: ResumeSubscriptionRequest): Promise<ResumeSubscriptionResponse>;
  /**
   * RetryDelivery makes a dead or waiting delivery due now, a dead one with a fresh budget of retries. NOT_FOUND if
   * there is none, FAILED_PRECONDITION in any other state.
   */
  retryDelivery(request: RetryDeliveryRequest): Promise<RetryDeliveryResponse>;
  /**
   * RevokeEnrolment closes the enrolment of a source and forgets the secrets that handshakes delivered.
   */
  revokeEnrolment(request: RevokeEnrolmentRequest): Promise<RevokeEnrolmentResponse>;
  /**
   * SendTestNotice sends a message to one recipient, or to all, and says what each answered. NOT_FOUND if there is none of that
   * name, FAILED_PRECONDITION if nobody is told.
   */
  sendTestNotice(request: SendTestNoticeRequest): Promise<SendTestNoticeResponse>;
  /**
   * SetReplayState pauses, resumes or cancels a replay. NOT_FOUND if there is none, FAILED_PRECONDITION if it has
   * ended.
   */
  setReplayState(request: SetReplayStateRequest): Promise<SetReplayStateResponse>;
  /**
   * VerifyQuarantined verifies again, as of the time of receipt, with the current secrets. With release set, requests that
   * verify are stored as events and delivered, each exactly once.
   */
  verifyQuarantined(request: VerifyQuarantinedRequest): Promise<VerifyQuarantinedResponse>;
}

/** The names of all calls of AdminService. */
export const ADMIN_CALLS = [
  "acknowledgeFailure",
  "approveProposal",
  "backUp",
  "cancelDelivery",
  "changeSubscription",
  "createCopy",
  "createReplay",
  "deleteSubscription",
  "eraseSubject",
  "find",
  "findInBodies",
  "getEvent",
  "getFailure",
  "getHealth",
  "getMetricSeries",
  "getMetrics",
  "getQuarantined",
  "getSetup",
  "listAudit",
  "listChanges",
  "listEvents",
  "listFailures",
  "listNotices",
  "listProposals",
  "listQuarantine",
  "listReplays",
  "listSecrets",
  "listSources",
  "listStoreProblems",
  "listSubscriptions",
  "openEnrolment",
  "openTrial",
  "pauseSubscription",
  "propose",
  "rejectProposal",
  "resolveFailure",
  "resumeSubscription",
  "retryDelivery",
  "revokeEnrolment",
  "sendTestNotice",
  "setReplayState",
  "verifyQuarantined",
] as const satisfies readonly (keyof AdminHandlers)[];
