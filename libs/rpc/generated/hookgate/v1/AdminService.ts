// Original file: protos/hookgate/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetEventRequest as _hookgate_v1_GetEventRequest, GetEventRequest__Output as _hookgate_v1_GetEventRequest__Output } from '../../hookgate/v1/GetEventRequest.ts';
import type { GetEventResponse as _hookgate_v1_GetEventResponse, GetEventResponse__Output as _hookgate_v1_GetEventResponse__Output } from '../../hookgate/v1/GetEventResponse.ts';
import type { GetHealthRequest as _hookgate_v1_GetHealthRequest, GetHealthRequest__Output as _hookgate_v1_GetHealthRequest__Output } from '../../hookgate/v1/GetHealthRequest.ts';
import type { GetHealthResponse as _hookgate_v1_GetHealthResponse, GetHealthResponse__Output as _hookgate_v1_GetHealthResponse__Output } from '../../hookgate/v1/GetHealthResponse.ts';
import type { GetMetricsRequest as _hookgate_v1_GetMetricsRequest, GetMetricsRequest__Output as _hookgate_v1_GetMetricsRequest__Output } from '../../hookgate/v1/GetMetricsRequest.ts';
import type { GetMetricsResponse as _hookgate_v1_GetMetricsResponse, GetMetricsResponse__Output as _hookgate_v1_GetMetricsResponse__Output } from '../../hookgate/v1/GetMetricsResponse.ts';
import type { ListEventsRequest as _hookgate_v1_ListEventsRequest, ListEventsRequest__Output as _hookgate_v1_ListEventsRequest__Output } from '../../hookgate/v1/ListEventsRequest.ts';
import type { ListEventsResponse as _hookgate_v1_ListEventsResponse, ListEventsResponse__Output as _hookgate_v1_ListEventsResponse__Output } from '../../hookgate/v1/ListEventsResponse.ts';
import type { RetryDeliveryRequest as _hookgate_v1_RetryDeliveryRequest, RetryDeliveryRequest__Output as _hookgate_v1_RetryDeliveryRequest__Output } from '../../hookgate/v1/RetryDeliveryRequest.ts';
import type { RetryDeliveryResponse as _hookgate_v1_RetryDeliveryResponse, RetryDeliveryResponse__Output as _hookgate_v1_RetryDeliveryResponse__Output } from '../../hookgate/v1/RetryDeliveryResponse.ts';

/**
 * AdminService is the operator's way in: what happened, and what to do about it.
 */
export interface AdminServiceClient extends grpc.Client {
  /**
   * GetEvent gives one event with its deliveries and their attempts. NOT_FOUND where there is none.
   */
  GetEvent(argument: _hookgate_v1_GetEventRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  GetEvent(argument: _hookgate_v1_GetEventRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  GetEvent(argument: _hookgate_v1_GetEventRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  GetEvent(argument: _hookgate_v1_GetEventRequest, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetEvent gives one event with its deliveries and their attempts. NOT_FOUND where there is none.
   */
  getEvent(argument: _hookgate_v1_GetEventRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  getEvent(argument: _hookgate_v1_GetEventRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  getEvent(argument: _hookgate_v1_GetEventRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  getEvent(argument: _hookgate_v1_GetEventRequest, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * GetHealth says whether deliveries get through.
   */
  GetHealth(argument: _hookgate_v1_GetHealthRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  GetHealth(argument: _hookgate_v1_GetHealthRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  GetHealth(argument: _hookgate_v1_GetHealthRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  GetHealth(argument: _hookgate_v1_GetHealthRequest, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetHealth says whether deliveries get through.
   */
  getHealth(argument: _hookgate_v1_GetHealthRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  getHealth(argument: _hookgate_v1_GetHealthRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  getHealth(argument: _hookgate_v1_GetHealthRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  getHealth(argument: _hookgate_v1_GetHealthRequest, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * GetMetrics gives the counts over a window of time.
   */
  GetMetrics(argument: _hookgate_v1_GetMetricsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  GetMetrics(argument: _hookgate_v1_GetMetricsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  GetMetrics(argument: _hookgate_v1_GetMetricsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  GetMetrics(argument: _hookgate_v1_GetMetricsRequest, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetMetrics gives the counts over a window of time.
   */
  getMetrics(argument: _hookgate_v1_GetMetricsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  getMetrics(argument: _hookgate_v1_GetMetricsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  getMetrics(argument: _hookgate_v1_GetMetricsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  getMetrics(argument: _hookgate_v1_GetMetricsRequest, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListEvents gives events, newest first, a page at a time.
   */
  ListEvents(argument: _hookgate_v1_ListEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _hookgate_v1_ListEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _hookgate_v1_ListEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _hookgate_v1_ListEventsRequest, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListEvents gives events, newest first, a page at a time.
   */
  listEvents(argument: _hookgate_v1_ListEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _hookgate_v1_ListEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _hookgate_v1_ListEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _hookgate_v1_ListEventsRequest, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * RetryDelivery makes a dead or waiting delivery due now, a dead one with a fresh budget of retries. NOT_FOUND where
   * there is none, FAILED_PRECONDITION in any other state.
   */
  RetryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  RetryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  RetryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  RetryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  /**
   * RetryDelivery makes a dead or waiting delivery due now, a dead one with a fresh budget of retries. NOT_FOUND where
   * there is none, FAILED_PRECONDITION in any other state.
   */
  retryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  retryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  retryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  retryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * AdminService is the operator's way in: what happened, and what to do about it.
 */
export interface AdminServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * GetEvent gives one event with its deliveries and their attempts. NOT_FOUND where there is none.
   */
  GetEvent: grpc.handleUnaryCall<_hookgate_v1_GetEventRequest__Output, _hookgate_v1_GetEventResponse>;
  
  /**
   * GetHealth says whether deliveries get through.
   */
  GetHealth: grpc.handleUnaryCall<_hookgate_v1_GetHealthRequest__Output, _hookgate_v1_GetHealthResponse>;
  
  /**
   * GetMetrics gives the counts over a window of time.
   */
  GetMetrics: grpc.handleUnaryCall<_hookgate_v1_GetMetricsRequest__Output, _hookgate_v1_GetMetricsResponse>;
  
  /**
   * ListEvents gives events, newest first, a page at a time.
   */
  ListEvents: grpc.handleUnaryCall<_hookgate_v1_ListEventsRequest__Output, _hookgate_v1_ListEventsResponse>;
  
  /**
   * RetryDelivery makes a dead or waiting delivery due now, a dead one with a fresh budget of retries. NOT_FOUND where
   * there is none, FAILED_PRECONDITION in any other state.
   */
  RetryDelivery: grpc.handleUnaryCall<_hookgate_v1_RetryDeliveryRequest__Output, _hookgate_v1_RetryDeliveryResponse>;
  
}

export interface AdminServiceDefinition extends grpc.ServiceDefinition {
  GetEvent: MethodDefinition<_hookgate_v1_GetEventRequest, _hookgate_v1_GetEventResponse, _hookgate_v1_GetEventRequest__Output, _hookgate_v1_GetEventResponse__Output>
  GetHealth: MethodDefinition<_hookgate_v1_GetHealthRequest, _hookgate_v1_GetHealthResponse, _hookgate_v1_GetHealthRequest__Output, _hookgate_v1_GetHealthResponse__Output>
  GetMetrics: MethodDefinition<_hookgate_v1_GetMetricsRequest, _hookgate_v1_GetMetricsResponse, _hookgate_v1_GetMetricsRequest__Output, _hookgate_v1_GetMetricsResponse__Output>
  ListEvents: MethodDefinition<_hookgate_v1_ListEventsRequest, _hookgate_v1_ListEventsResponse, _hookgate_v1_ListEventsRequest__Output, _hookgate_v1_ListEventsResponse__Output>
  RetryDelivery: MethodDefinition<_hookgate_v1_RetryDeliveryRequest, _hookgate_v1_RetryDeliveryResponse, _hookgate_v1_RetryDeliveryRequest__Output, _hookgate_v1_RetryDeliveryResponse__Output>
}
