// Original file: protos/hookgate/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetEventRequest as _hookgate_v1_GetEventRequest, GetEventRequest__Output as _hookgate_v1_GetEventRequest__Output } from '../../hookgate/v1/GetEventRequest.ts';
import type { GetEventResponse as _hookgate_v1_GetEventResponse, GetEventResponse__Output as _hookgate_v1_GetEventResponse__Output } from '../../hookgate/v1/GetEventResponse.ts';
import type { GetHealthRequest as _hookgate_v1_GetHealthRequest, GetHealthRequest__Output as _hookgate_v1_GetHealthRequest__Output } from '../../hookgate/v1/GetHealthRequest.ts';
import type { GetHealthResponse as _hookgate_v1_GetHealthResponse, GetHealthResponse__Output as _hookgate_v1_GetHealthResponse__Output } from '../../hookgate/v1/GetHealthResponse.ts';
import type { GetMetricsRequest as _hookgate_v1_GetMetricsRequest, GetMetricsRequest__Output as _hookgate_v1_GetMetricsRequest__Output } from '../../hookgate/v1/GetMetricsRequest.ts';
import type { GetMetricsResponse as _hookgate_v1_GetMetricsResponse, GetMetricsResponse__Output as _hookgate_v1_GetMetricsResponse__Output } from '../../hookgate/v1/GetMetricsResponse.ts';
import type { GetQuarantinedRequest as _hookgate_v1_GetQuarantinedRequest, GetQuarantinedRequest__Output as _hookgate_v1_GetQuarantinedRequest__Output } from '../../hookgate/v1/GetQuarantinedRequest.ts';
import type { GetQuarantinedResponse as _hookgate_v1_GetQuarantinedResponse, GetQuarantinedResponse__Output as _hookgate_v1_GetQuarantinedResponse__Output } from '../../hookgate/v1/GetQuarantinedResponse.ts';
import type { ListEventsRequest as _hookgate_v1_ListEventsRequest, ListEventsRequest__Output as _hookgate_v1_ListEventsRequest__Output } from '../../hookgate/v1/ListEventsRequest.ts';
import type { ListEventsResponse as _hookgate_v1_ListEventsResponse, ListEventsResponse__Output as _hookgate_v1_ListEventsResponse__Output } from '../../hookgate/v1/ListEventsResponse.ts';
import type { ListQuarantineRequest as _hookgate_v1_ListQuarantineRequest, ListQuarantineRequest__Output as _hookgate_v1_ListQuarantineRequest__Output } from '../../hookgate/v1/ListQuarantineRequest.ts';
import type { ListQuarantineResponse as _hookgate_v1_ListQuarantineResponse, ListQuarantineResponse__Output as _hookgate_v1_ListQuarantineResponse__Output } from '../../hookgate/v1/ListQuarantineResponse.ts';
import type { ListSecretsRequest as _hookgate_v1_ListSecretsRequest, ListSecretsRequest__Output as _hookgate_v1_ListSecretsRequest__Output } from '../../hookgate/v1/ListSecretsRequest.ts';
import type { ListSecretsResponse as _hookgate_v1_ListSecretsResponse, ListSecretsResponse__Output as _hookgate_v1_ListSecretsResponse__Output } from '../../hookgate/v1/ListSecretsResponse.ts';
import type { OpenEnrolmentRequest as _hookgate_v1_OpenEnrolmentRequest, OpenEnrolmentRequest__Output as _hookgate_v1_OpenEnrolmentRequest__Output } from '../../hookgate/v1/OpenEnrolmentRequest.ts';
import type { OpenEnrolmentResponse as _hookgate_v1_OpenEnrolmentResponse, OpenEnrolmentResponse__Output as _hookgate_v1_OpenEnrolmentResponse__Output } from '../../hookgate/v1/OpenEnrolmentResponse.ts';
import type { RetryDeliveryRequest as _hookgate_v1_RetryDeliveryRequest, RetryDeliveryRequest__Output as _hookgate_v1_RetryDeliveryRequest__Output } from '../../hookgate/v1/RetryDeliveryRequest.ts';
import type { RetryDeliveryResponse as _hookgate_v1_RetryDeliveryResponse, RetryDeliveryResponse__Output as _hookgate_v1_RetryDeliveryResponse__Output } from '../../hookgate/v1/RetryDeliveryResponse.ts';
import type { VerifyQuarantinedRequest as _hookgate_v1_VerifyQuarantinedRequest, VerifyQuarantinedRequest__Output as _hookgate_v1_VerifyQuarantinedRequest__Output } from '../../hookgate/v1/VerifyQuarantinedRequest.ts';
import type { VerifyQuarantinedResponse as _hookgate_v1_VerifyQuarantinedResponse, VerifyQuarantinedResponse__Output as _hookgate_v1_VerifyQuarantinedResponse__Output } from '../../hookgate/v1/VerifyQuarantinedResponse.ts';

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
   * GetQuarantined gives one refused request, whole; credentials are masked. NOT_FOUND where there is none.
   */
  GetQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  GetQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  GetQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  GetQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetQuarantined gives one refused request, whole; credentials are masked. NOT_FOUND where there is none.
   */
  getQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  getQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  getQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  getQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  
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
   * ListQuarantine gives refused requests, newest first, a page at a time.
   */
  ListQuarantine(argument: _hookgate_v1_ListQuarantineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  ListQuarantine(argument: _hookgate_v1_ListQuarantineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  ListQuarantine(argument: _hookgate_v1_ListQuarantineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  ListQuarantine(argument: _hookgate_v1_ListQuarantineRequest, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListQuarantine gives refused requests, newest first, a page at a time.
   */
  listQuarantine(argument: _hookgate_v1_ListQuarantineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  listQuarantine(argument: _hookgate_v1_ListQuarantineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  listQuarantine(argument: _hookgate_v1_ListQuarantineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  listQuarantine(argument: _hookgate_v1_ListQuarantineRequest, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListSecrets says which secrets are in use, and which are safe to drop.
   */
  ListSecrets(argument: _hookgate_v1_ListSecretsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  ListSecrets(argument: _hookgate_v1_ListSecretsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  ListSecrets(argument: _hookgate_v1_ListSecretsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  ListSecrets(argument: _hookgate_v1_ListSecretsRequest, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListSecrets says which secrets are in use, and which are safe to drop.
   */
  listSecrets(argument: _hookgate_v1_ListSecretsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  listSecrets(argument: _hookgate_v1_ListSecretsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  listSecrets(argument: _hookgate_v1_ListSecretsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  listSecrets(argument: _hookgate_v1_ListSecretsRequest, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * OpenEnrolment lets the next handshake of a source deliver its secret, for some minutes.
   */
  OpenEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  OpenEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  OpenEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  OpenEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  /**
   * OpenEnrolment lets the next handshake of a source deliver its secret, for some minutes.
   */
  openEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  openEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  openEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  openEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  /**
   * VerifyQuarantined verifies again, as of the time of receipt, with the secrets of now; with release set, what verifies
   * is stored as an event and dispatched, exactly once.
   */
  VerifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  VerifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  VerifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  VerifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  /**
   * VerifyQuarantined verifies again, as of the time of receipt, with the secrets of now; with release set, what verifies
   * is stored as an event and dispatched, exactly once.
   */
  verifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  verifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  verifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  verifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  
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
   * GetQuarantined gives one refused request, whole; credentials are masked. NOT_FOUND where there is none.
   */
  GetQuarantined: grpc.handleUnaryCall<_hookgate_v1_GetQuarantinedRequest__Output, _hookgate_v1_GetQuarantinedResponse>;
  
  /**
   * ListEvents gives events, newest first, a page at a time.
   */
  ListEvents: grpc.handleUnaryCall<_hookgate_v1_ListEventsRequest__Output, _hookgate_v1_ListEventsResponse>;
  
  /**
   * ListQuarantine gives refused requests, newest first, a page at a time.
   */
  ListQuarantine: grpc.handleUnaryCall<_hookgate_v1_ListQuarantineRequest__Output, _hookgate_v1_ListQuarantineResponse>;
  
  /**
   * ListSecrets says which secrets are in use, and which are safe to drop.
   */
  ListSecrets: grpc.handleUnaryCall<_hookgate_v1_ListSecretsRequest__Output, _hookgate_v1_ListSecretsResponse>;
  
  /**
   * OpenEnrolment lets the next handshake of a source deliver its secret, for some minutes.
   */
  OpenEnrolment: grpc.handleUnaryCall<_hookgate_v1_OpenEnrolmentRequest__Output, _hookgate_v1_OpenEnrolmentResponse>;
  
  /**
   * RetryDelivery makes a dead or waiting delivery due now, a dead one with a fresh budget of retries. NOT_FOUND where
   * there is none, FAILED_PRECONDITION in any other state.
   */
  RetryDelivery: grpc.handleUnaryCall<_hookgate_v1_RetryDeliveryRequest__Output, _hookgate_v1_RetryDeliveryResponse>;
  
  /**
   * VerifyQuarantined verifies again, as of the time of receipt, with the secrets of now; with release set, what verifies
   * is stored as an event and dispatched, exactly once.
   */
  VerifyQuarantined: grpc.handleUnaryCall<_hookgate_v1_VerifyQuarantinedRequest__Output, _hookgate_v1_VerifyQuarantinedResponse>;
  
}

export interface AdminServiceDefinition extends grpc.ServiceDefinition {
  GetEvent: MethodDefinition<_hookgate_v1_GetEventRequest, _hookgate_v1_GetEventResponse, _hookgate_v1_GetEventRequest__Output, _hookgate_v1_GetEventResponse__Output>
  GetHealth: MethodDefinition<_hookgate_v1_GetHealthRequest, _hookgate_v1_GetHealthResponse, _hookgate_v1_GetHealthRequest__Output, _hookgate_v1_GetHealthResponse__Output>
  GetMetrics: MethodDefinition<_hookgate_v1_GetMetricsRequest, _hookgate_v1_GetMetricsResponse, _hookgate_v1_GetMetricsRequest__Output, _hookgate_v1_GetMetricsResponse__Output>
  GetQuarantined: MethodDefinition<_hookgate_v1_GetQuarantinedRequest, _hookgate_v1_GetQuarantinedResponse, _hookgate_v1_GetQuarantinedRequest__Output, _hookgate_v1_GetQuarantinedResponse__Output>
  ListEvents: MethodDefinition<_hookgate_v1_ListEventsRequest, _hookgate_v1_ListEventsResponse, _hookgate_v1_ListEventsRequest__Output, _hookgate_v1_ListEventsResponse__Output>
  ListQuarantine: MethodDefinition<_hookgate_v1_ListQuarantineRequest, _hookgate_v1_ListQuarantineResponse, _hookgate_v1_ListQuarantineRequest__Output, _hookgate_v1_ListQuarantineResponse__Output>
  ListSecrets: MethodDefinition<_hookgate_v1_ListSecretsRequest, _hookgate_v1_ListSecretsResponse, _hookgate_v1_ListSecretsRequest__Output, _hookgate_v1_ListSecretsResponse__Output>
  OpenEnrolment: MethodDefinition<_hookgate_v1_OpenEnrolmentRequest, _hookgate_v1_OpenEnrolmentResponse, _hookgate_v1_OpenEnrolmentRequest__Output, _hookgate_v1_OpenEnrolmentResponse__Output>
  RetryDelivery: MethodDefinition<_hookgate_v1_RetryDeliveryRequest, _hookgate_v1_RetryDeliveryResponse, _hookgate_v1_RetryDeliveryRequest__Output, _hookgate_v1_RetryDeliveryResponse__Output>
  VerifyQuarantined: MethodDefinition<_hookgate_v1_VerifyQuarantinedRequest, _hookgate_v1_VerifyQuarantinedResponse, _hookgate_v1_VerifyQuarantinedRequest__Output, _hookgate_v1_VerifyQuarantinedResponse__Output>
}
