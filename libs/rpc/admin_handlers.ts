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
} from "./generated/messages.ts";

/** The calls of AdminService, the same for who serves them and who makes them. They reject with an `RpcError`. */
export interface AdminHandlers {
  listEvents(request: ListEventsRequest): Promise<ListEventsResponse>;
  getEvent(request: GetEventRequest): Promise<GetEventResponse>;
  retryDelivery(request: RetryDeliveryRequest): Promise<RetryDeliveryResponse>;
  cancelDelivery(request: CancelDeliveryRequest): Promise<CancelDeliveryResponse>;
  listSubscriptions(request: ListSubscriptionsRequest): Promise<ListSubscriptionsResponse>;
  pauseSubscription(request: PauseSubscriptionRequest): Promise<PauseSubscriptionResponse>;
  resumeSubscription(request: ResumeSubscriptionRequest): Promise<ResumeSubscriptionResponse>;
  createReplay(request: CreateReplayRequest): Promise<CreateReplayResponse>;
  listReplays(request: ListReplaysRequest): Promise<ListReplaysResponse>;
  setReplayState(request: SetReplayStateRequest): Promise<SetReplayStateResponse>;
  getMetrics(request: GetMetricsRequest): Promise<GetMetricsResponse>;
  getHealth(request: GetHealthRequest): Promise<GetHealthResponse>;
  listQuarantine(request: ListQuarantineRequest): Promise<ListQuarantineResponse>;
  getQuarantined(request: GetQuarantinedRequest): Promise<GetQuarantinedResponse>;
  verifyQuarantined(request: VerifyQuarantinedRequest): Promise<VerifyQuarantinedResponse>;
  listSecrets(request: ListSecretsRequest): Promise<ListSecretsResponse>;
  openEnrolment(request: OpenEnrolmentRequest): Promise<OpenEnrolmentResponse>;
}

/** Names of all the calls of AdminService. */
export const ADMIN_CALLS = [
  "listEvents",
  "getEvent",
  "retryDelivery",
  "cancelDelivery",
  "listSubscriptions",
  "pauseSubscription",
  "resumeSubscription",
  "createReplay",
  "listReplays",
  "setReplayState",
  "getMetrics",
  "getHealth",
  "listQuarantine",
  "getQuarantined",
  "verifyQuarantined",
  "listSecrets",
  "openEnrolment",
] as const satisfies readonly (keyof AdminHandlers)[];

/** Makes one function for each call of AdminService. */
export function adminHandlers(
  make: (name: keyof AdminHandlers) => (request: never) => Promise<unknown>,
): AdminHandlers {
  // Each is as `make` made it: the types of all of them together are beyond what can be said in one line.
  return Object.fromEntries(ADMIN_CALLS.map((name) => [name, make(name)])) as never;
}
