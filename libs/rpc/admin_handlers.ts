import type {
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
  ListSecretsRequest,
  ListSecretsResponse,
  OpenEnrolmentRequest,
  OpenEnrolmentResponse,
  RetryDeliveryRequest,
  RetryDeliveryResponse,
  VerifyQuarantinedRequest,
  VerifyQuarantinedResponse,
} from "./messages.ts";

/** The calls of AdminService, the same for who serves them and who makes them. They reject with an `RpcError`. */
export interface AdminHandlers {
  listEvents(request: ListEventsRequest): Promise<ListEventsResponse>;
  getEvent(request: GetEventRequest): Promise<GetEventResponse>;
  retryDelivery(request: RetryDeliveryRequest): Promise<RetryDeliveryResponse>;
  getMetrics(request: GetMetricsRequest): Promise<GetMetricsResponse>;
  getHealth(request: GetHealthRequest): Promise<GetHealthResponse>;
  listQuarantine(request: ListQuarantineRequest): Promise<ListQuarantineResponse>;
  getQuarantined(request: GetQuarantinedRequest): Promise<GetQuarantinedResponse>;
  verifyQuarantined(request: VerifyQuarantinedRequest): Promise<VerifyQuarantinedResponse>;
  listSecrets(request: ListSecretsRequest): Promise<ListSecretsResponse>;
  openEnrolment(request: OpenEnrolmentRequest): Promise<OpenEnrolmentResponse>;
}
