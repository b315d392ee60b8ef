// Written by `npm run codegen`, from the protos.
import type {
  CancelDeliveryRequest,
  CancelDeliveryResponse,
  CreateReplayRequest,
  CreateReplayResponse,
  GetEventRequest,
  GetEventResponse,
  GetHealthRequest,
  GetHealthResponse,
  GetMetricsRequest,
  GetMetricsResponse,
  GetQuarantinedRequest,
  GetQuarantinedResponse,
  ListEventsRequest,
  ListEventsResponse,
  ListQuarantineRequest,
  ListQuarantineResponse,
  ListReplaysRequest,
  ListReplaysResponse,
  ListSecretsRequest,
  ListSecretsResponse,
  ListSubscriptionsRequest,
  ListSubscriptionsResponse,
  OpenEnrolmentRequest,
  OpenEnrolmentResponse,
  PauseSubscriptionRequest,
  PauseSubscriptionResponse,
  ResumeSubscriptionRequest,
  ResumeSubscriptionResponse,
  RetryDeliveryRequest,
  RetryDeliveryResponse,
  SetReplayStateRequest,
  SetReplayStateResponse,
  VerifyQuarantinedRequest,
  VerifyQuarantinedResponse,
} from "./messages.ts";

/** The calls of AdminService, on both ends. They reject with an `RpcError`. */
export interface AdminHandlers {
  /**
   * CancelDelivery ends a waiting or dead delivery; where it held back others of its order key, the next one goes on.
   * NOT_FOUND where there is none, FAILED_PRECONDITION in any other state.
   */
  cancelDelivery(request: CancelDeliveryRequest): Promise<CancelDeliveryResponse>;
  /**
   * CreateReplay repeats deliveries, or says what it would repeat.
   */
  createReplay(request: CreateReplayRequest): Promise<CreateReplayResponse>;
  /**
   * GetEvent gives one event with its deliveries and their attempts. NOT_FOUND where there is none.
   */
  getEvent(request: GetEventRequest): Promise<GetEventResponse>;
  /**
   * GetHealth says whether deliveries get through.
   */
  getHealth(request: GetHealthRequest): Promise<GetHealthResponse>;
  /**
   * GetMetrics gives the counts over a window of time.
   */
  getMetrics(request: GetMetricsRequest): Promise<GetMetricsResponse>;
  /**
   * GetQuarantined gives one refused request, whole; credentials are masked. NOT_FOUND where there is none.
   */
  getQuarantined(request: GetQuarantinedRequest): Promise<GetQuarantinedResponse>;
  /**
   * ListEvents gives events, newest first, a page at a time.
   */
  listEvents(request: ListEventsRequest): Promise<ListEventsResponse>;
  /**
   * ListQuarantine gives refused requests, newest first, a page at a time.
   */
  listQuarantine(request: ListQuarantineRequest): Promise<ListQuarantineResponse>;
  /**
   * ListReplays gives replays, newest first.
   */
  listReplays(request: ListReplaysRequest): Promise<ListReplaysResponse>;
  /**
   * ListSecrets says which secrets are in use, and which are safe to drop.
   */
  listSecrets(request: ListSecretsRequest): Promise<ListSecretsResponse>;
  /**
   * ListSubscriptions gives all of them, with their state.
   */
  listSubscriptions(request: ListSubscriptionsRequest): Promise<ListSubscriptionsResponse>;
  /**
   * OpenEnrolment lets the next handshake of a source deliver its secret, for some minutes.
   */
  openEnrolment(request: OpenEnrolmentRequest): Promise<OpenEnrolmentResponse>;
  /**
   * PauseSubscription has its deliveries wait. NOT_FOUND where there is none.
   */
  pauseSubscription(request: PauseSubscriptionRequest): Promise<PauseSubscriptionResponse>;
  /**
   * ResumeSubscription ends a pause. NOT_FOUND where there is none, FAILED_PRECONDITION where it is not paused, or not in
   * the configuration. What it did not get because its backlog was over its bound is given to it by a backfill.
   */
  resumeSubscription(request: ResumeSubscriptionRequest): Promise<ResumeSubscriptionResponse>;
  /**
   * RetryDelivery makes a dead or waiting delivery due now, a dead one with a fresh budget of retries. NOT_FOUND where
   * there is none, FAILED_PRECONDITION in any other state.
   */
  retryDelivery(request: RetryDeliveryRequest): Promise<RetryDeliveryResponse>;
  /**
   * SetReplayState pauses, resumes or cancels a replay. NOT_FOUND where there is none, FAILED_PRECONDITION where it has
   * ended.
   */
  setReplayState(request: SetReplayStateRequest): Promise<SetReplayStateResponse>;
  /**
   * VerifyQuarantined verifies again, as of the time of receipt, with the secrets of now; with release set, what verifies
   * is stored as an event and dispatched, exactly once.
   */
  verifyQuarantined(request: VerifyQuarantinedRequest): Promise<VerifyQuarantinedResponse>;
}

/** The names of all calls of AdminService. */
export const ADMIN_CALLS = [
  "cancelDelivery",
  "createReplay",
  "getEvent",
  "getHealth",
  "getMetrics",
  "getQuarantined",
  "listEvents",
  "listQuarantine",
  "listReplays",
  "listSecrets",
  "listSubscriptions",
  "openEnrolment",
  "pauseSubscription",
  "resumeSubscription",
  "retryDelivery",
  "setReplayState",
  "verifyQuarantined",
] as const satisfies readonly (keyof AdminHandlers)[];
