import type {
  GetEventRequest,
  GetEventResponse,
  GetHealthRequest,
  GetHealthResponse,
  GetMetricsRequest,
  GetMetricsResponse,
  ListEventsRequest,
  ListEventsResponse,
  RetryDeliveryRequest,
  RetryDeliveryResponse,
} from "./messages.ts";

/** The calls of AdminService, the same for who serves them and who makes them. They reject with an `RpcError`. */
export interface AdminHandlers {
  listEvents(request: ListEventsRequest): Promise<ListEventsResponse>;
  getEvent(request: GetEventRequest): Promise<GetEventResponse>;
  retryDelivery(request: RetryDeliveryRequest): Promise<RetryDeliveryResponse>;
  getMetrics(request: GetMetricsRequest): Promise<GetMetricsResponse>;
  getHealth(request: GetHealthRequest): Promise<GetHealthResponse>;
}
