// Original file: protos/hookgate/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AcknowledgeFailureRequest as _hookgate_v1_AcknowledgeFailureRequest, AcknowledgeFailureRequest__Output as _hookgate_v1_AcknowledgeFailureRequest__Output } from '../../hookgate/v1/AcknowledgeFailureRequest.ts';
import type { AcknowledgeFailureResponse as _hookgate_v1_AcknowledgeFailureResponse, AcknowledgeFailureResponse__Output as _hookgate_v1_AcknowledgeFailureResponse__Output } from '../../hookgate/v1/AcknowledgeFailureResponse.ts';
import type { ApproveProposalRequest as _hookgate_v1_ApproveProposalRequest, ApproveProposalRequest__Output as _hookgate_v1_ApproveProposalRequest__Output } from '../../hookgate/v1/ApproveProposalRequest.ts';
import type { ApproveProposalResponse as _hookgate_v1_ApproveProposalResponse, ApproveProposalResponse__Output as _hookgate_v1_ApproveProposalResponse__Output } from '../../hookgate/v1/ApproveProposalResponse.ts';
import type { BackUpRequest as _hookgate_v1_BackUpRequest, BackUpRequest__Output as _hookgate_v1_BackUpRequest__Output } from '../../hookgate/v1/BackUpRequest.ts';
import type { BackUpResponse as _hookgate_v1_BackUpResponse, BackUpResponse__Output as _hookgate_v1_BackUpResponse__Output } from '../../hookgate/v1/BackUpResponse.ts';
import type { CancelDeliveryRequest as _hookgate_v1_CancelDeliveryRequest, CancelDeliveryRequest__Output as _hookgate_v1_CancelDeliveryRequest__Output } from '../../hookgate/v1/CancelDeliveryRequest.ts';
import type { CancelDeliveryResponse as _hookgate_v1_CancelDeliveryResponse, CancelDeliveryResponse__Output as _hookgate_v1_CancelDeliveryResponse__Output } from '../../hookgate/v1/CancelDeliveryResponse.ts';
import type { ChangeSubscriptionRequest as _hookgate_v1_ChangeSubscriptionRequest, ChangeSubscriptionRequest__Output as _hookgate_v1_ChangeSubscriptionRequest__Output } from '../../hookgate/v1/ChangeSubscriptionRequest.ts';
import type { ChangeSubscriptionResponse as _hookgate_v1_ChangeSubscriptionResponse, ChangeSubscriptionResponse__Output as _hookgate_v1_ChangeSubscriptionResponse__Output } from '../../hookgate/v1/ChangeSubscriptionResponse.ts';
import type { CreateCopyRequest as _hookgate_v1_CreateCopyRequest, CreateCopyRequest__Output as _hookgate_v1_CreateCopyRequest__Output } from '../../hookgate/v1/CreateCopyRequest.ts';
import type { CreateCopyResponse as _hookgate_v1_CreateCopyResponse, CreateCopyResponse__Output as _hookgate_v1_CreateCopyResponse__Output } from '../../hookgate/v1/CreateCopyResponse.ts';
import type { CreateReplayRequest as _hookgate_v1_CreateReplayRequest, CreateReplayRequest__Output as _hookgate_v1_CreateReplayRequest__Output } from '../../hookgate/v1/CreateReplayRequest.ts';
import type { CreateReplayResponse as _hookgate_v1_CreateReplayResponse, CreateReplayResponse__Output as _hookgate_v1_CreateReplayResponse__Output } from '../../hookgate/v1/CreateReplayResponse.ts';
import type { DeleteSubscriptionRequest as _hookgate_v1_DeleteSubscriptionRequest, DeleteSubscriptionRequest__Output as _hookgate_v1_DeleteSubscriptionRequest__Output } from '../../hookgate/v1/DeleteSubscriptionRequest.ts';
import type { DeleteSubscriptionResponse as _hookgate_v1_DeleteSubscriptionResponse, DeleteSubscriptionResponse__Output as _hookgate_v1_DeleteSubscriptionResponse__Output } from '../../hookgate/v1/DeleteSubscriptionResponse.ts';
import type { EraseSubjectRequest as _hookgate_v1_EraseSubjectRequest, EraseSubjectRequest__Output as _hookgate_v1_EraseSubjectRequest__Output } from '../../hookgate/v1/EraseSubjectRequest.ts';
import type { EraseSubjectResponse as _hookgate_v1_EraseSubjectResponse, EraseSubjectResponse__Output as _hookgate_v1_EraseSubjectResponse__Output } from '../../hookgate/v1/EraseSubjectResponse.ts';
import type { FindInBodiesRequest as _hookgate_v1_FindInBodiesRequest, FindInBodiesRequest__Output as _hookgate_v1_FindInBodiesRequest__Output } from '../../hookgate/v1/FindInBodiesRequest.ts';
import type { FindInBodiesResponse as _hookgate_v1_FindInBodiesResponse, FindInBodiesResponse__Output as _hookgate_v1_FindInBodiesResponse__Output } from '../../hookgate/v1/FindInBodiesResponse.ts';
import type { FindRequest as _hookgate_v1_FindRequest, FindRequest__Output as _hookgate_v1_FindRequest__Output } from '../../hookgate/v1/FindRequest.ts';
import type { FindResponse as _hookgate_v1_FindResponse, FindResponse__Output as _hookgate_v1_FindResponse__Output } from '../../hookgate/v1/FindResponse.ts';
import type { GetEventRequest as _hookgate_v1_GetEventRequest, GetEventRequest__Output as _hookgate_v1_GetEventRequest__Output } from '../../hookgate/v1/GetEventRequest.ts';
import type { GetEventResponse as _hookgate_v1_GetEventResponse, GetEventResponse__Output as _hookgate_v1_GetEventResponse__Output } from '../../hookgate/v1/GetEventResponse.ts';
import type { GetFailureRequest as _hookgate_v1_GetFailureRequest, GetFailureRequest__Output as _hookgate_v1_GetFailureRequest__Output } from '../../hookgate/v1/GetFailureRequest.ts';
import type { GetFailureResponse as _hookgate_v1_GetFailureResponse, GetFailureResponse__Output as _hookgate_v1_GetFailureResponse__Output } from '../../hookgate/v1/GetFailureResponse.ts';
import type { GetHealthRequest as _hookgate_v1_GetHealthRequest, GetHealthRequest__Output as _hookgate_v1_GetHealthRequest__Output } from '../../hookgate/v1/GetHealthRequest.ts';
import type { GetHealthResponse as _hookgate_v1_GetHealthResponse, GetHealthResponse__Output as _hookgate_v1_GetHealthResponse__Output } from '../../hookgate/v1/GetHealthResponse.ts';
import type { GetMetricSeriesRequest as _hookgate_v1_GetMetricSeriesRequest, GetMetricSeriesRequest__Output as _hookgate_v1_GetMetricSeriesRequest__Output } from '../../hookgate/v1/GetMetricSeriesRequest.ts';
import type { GetMetricSeriesResponse as _hookgate_v1_GetMetricSeriesResponse, GetMetricSeriesResponse__Output as _hookgate_v1_GetMetricSeriesResponse__Output } from '../../hookgate/v1/GetMetricSeriesResponse.ts';
import type { GetMetricsRequest as _hookgate_v1_GetMetricsRequest, GetMetricsRequest__Output as _hookgate_v1_GetMetricsRequest__Output } from '../../hookgate/v1/GetMetricsRequest.ts';
import type { GetMetricsResponse as _hookgate_v1_GetMetricsResponse, GetMetricsResponse__Output as _hookgate_v1_GetMetricsResponse__Output } from '../../hookgate/v1/GetMetricsResponse.ts';
import type { GetQuarantinedRequest as _hookgate_v1_GetQuarantinedRequest, GetQuarantinedRequest__Output as _hookgate_v1_GetQuarantinedRequest__Output } from '../../hookgate/v1/GetQuarantinedRequest.ts';
import type { GetQuarantinedResponse as _hookgate_v1_GetQuarantinedResponse, GetQuarantinedResponse__Output as _hookgate_v1_GetQuarantinedResponse__Output } from '../../hookgate/v1/GetQuarantinedResponse.ts';
import type { GetSetupRequest as _hookgate_v1_GetSetupRequest, GetSetupRequest__Output as _hookgate_v1_GetSetupRequest__Output } from '../../hookgate/v1/GetSetupRequest.ts';
import type { GetSetupResponse as _hookgate_v1_GetSetupResponse, GetSetupResponse__Output as _hookgate_v1_GetSetupResponse__Output } from '../../hookgate/v1/GetSetupResponse.ts';
import type { ListAuditRequest as _hookgate_v1_ListAuditRequest, ListAuditRequest__Output as _hookgate_v1_ListAuditRequest__Output } from '../../hookgate/v1/ListAuditRequest.ts';
import type { ListAuditResponse as _hookgate_v1_ListAuditResponse, ListAuditResponse__Output as _hookgate_v1_ListAuditResponse__Output } from '../../hookgate/v1/ListAuditResponse.ts';
import type { ListChangesRequest as _hookgate_v1_ListChangesRequest, ListChangesRequest__Output as _hookgate_v1_ListChangesRequest__Output } from '../../hookgate/v1/ListChangesRequest.ts';
import type { ListChangesResponse as _hookgate_v1_ListChangesResponse, ListChangesResponse__Output as _hookgate_v1_ListChangesResponse__Output } from '../../hookgate/v1/ListChangesResponse.ts';
import type { ListEventsRequest as _hookgate_v1_ListEventsRequest, ListEventsRequest__Output as _hookgate_v1_ListEventsRequest__Output } from '../../hookgate/v1/ListEventsRequest.ts';
import type { ListEventsResponse as _hookgate_v1_ListEventsResponse, ListEventsResponse__Output as _hookgate_v1_ListEventsResponse__Output } from '../../hookgate/v1/ListEventsResponse.ts';
import type { ListFailuresRequest as _hookgate_v1_ListFailuresRequest, ListFailuresRequest__Output as _hookgate_v1_ListFailuresRequest__Output } from '../../hookgate/v1/ListFailuresRequest.ts';
import type { ListFailuresResponse as _hookgate_v1_ListFailuresResponse, ListFailuresResponse__Output as _hookgate_v1_ListFailuresResponse__Output } from '../../hookgate/v1/ListFailuresResponse.ts';
import type { ListNoticesRequest as _hookgate_v1_ListNoticesRequest, ListNoticesRequest__Output as _hookgate_v1_ListNoticesRequest__Output } from '../../hookgate/v1/ListNoticesRequest.ts';
import type { ListNoticesResponse as _hookgate_v1_ListNoticesResponse, ListNoticesResponse__Output as _hookgate_v1_ListNoticesResponse__Output } from '../../hookgate/v1/ListNoticesResponse.ts';
import type { ListProposalsRequest as _hookgate_v1_ListProposalsRequest, ListProposalsRequest__Output as _hookgate_v1_ListProposalsRequest__Output } from '../../hookgate/v1/ListProposalsRequest.ts';
import type { ListProposalsResponse as _hookgate_v1_ListProposalsResponse, ListProposalsResponse__Output as _hookgate_v1_ListProposalsResponse__Output } from '../../hookgate/v1/ListProposalsResponse.ts';
import type { ListQuarantineRequest as _hookgate_v1_ListQuarantineRequest, ListQuarantineRequest__Output as _hookgate_v1_ListQuarantineRequest__Output } from '../../hookgate/v1/ListQuarantineRequest.ts';
import type { ListQuarantineResponse as _hookgate_v1_ListQuarantineResponse, ListQuarantineResponse__Output as _hookgate_v1_ListQuarantineResponse__Output } from '../../hookgate/v1/ListQuarantineResponse.ts';
import type { ListReplaysRequest as _hookgate_v1_ListReplaysRequest, ListReplaysRequest__Output as _hookgate_v1_ListReplaysRequest__Output } from '../../hookgate/v1/ListReplaysRequest.ts';
import type { ListReplaysResponse as _hookgate_v1_ListReplaysResponse, ListReplaysResponse__Output as _hookgate_v1_ListReplaysResponse__Output } from '../../hookgate/v1/ListReplaysResponse.ts';
import type { ListSecretsRequest as _hookgate_v1_ListSecretsRequest, ListSecretsRequest__Output as _hookgate_v1_ListSecretsRequest__Output } from '../../hookgate/v1/ListSecretsRequest.ts';
import type { ListSecretsResponse as _hookgate_v1_ListSecretsResponse, ListSecretsResponse__Output as _hookgate_v1_ListSecretsResponse__Output } from '../../hookgate/v1/ListSecretsResponse.ts';
import type { ListSourcesRequest as _hookgate_v1_ListSourcesRequest, ListSourcesRequest__Output as _hookgate_v1_ListSourcesRequest__Output } from '../../hookgate/v1/ListSourcesRequest.ts';
import type { ListSourcesResponse as _hookgate_v1_ListSourcesResponse, ListSourcesResponse__Output as _hookgate_v1_ListSourcesResponse__Output } from '../../hookgate/v1/ListSourcesResponse.ts';
import type { ListStoreProblemsRequest as _hookgate_v1_ListStoreProblemsRequest, ListStoreProblemsRequest__Output as _hookgate_v1_ListStoreProblemsRequest__Output } from '../../hookgate/v1/ListStoreProblemsRequest.ts';
import type { ListStoreProblemsResponse as _hookgate_v1_ListStoreProblemsResponse, ListStoreProblemsResponse__Output as _hookgate_v1_ListStoreProblemsResponse__Output } from '../../hookgate/v1/ListStoreProblemsResponse.ts';
import type { ListSubscriptionsRequest as _hookgate_v1_ListSubscriptionsRequest, ListSubscriptionsRequest__Output as _hookgate_v1_ListSubscriptionsRequest__Output } from '../../hookgate/v1/ListSubscriptionsRequest.ts';
import type { ListSubscriptionsResponse as _hookgate_v1_ListSubscriptionsResponse, ListSubscriptionsResponse__Output as _hookgate_v1_ListSubscriptionsResponse__Output } from '../../hookgate/v1/ListSubscriptionsResponse.ts';
import type { OpenEnrolmentRequest as _hookgate_v1_OpenEnrolmentRequest, OpenEnrolmentRequest__Output as _hookgate_v1_OpenEnrolmentRequest__Output } from '../../hookgate/v1/OpenEnrolmentRequest.ts';
import type { OpenEnrolmentResponse as _hookgate_v1_OpenEnrolmentResponse, OpenEnrolmentResponse__Output as _hookgate_v1_OpenEnrolmentResponse__Output } from '../../hookgate/v1/OpenEnrolmentResponse.ts';
import type { OpenTrialRequest as _hookgate_v1_OpenTrialRequest, OpenTrialRequest__Output as _hookgate_v1_OpenTrialRequest__Output } from '../../hookgate/v1/OpenTrialRequest.ts';
import type { OpenTrialResponse as _hookgate_v1_OpenTrialResponse, OpenTrialResponse__Output as _hookgate_v1_OpenTrialResponse__Output } from '../../hookgate/v1/OpenTrialResponse.ts';
import type { PauseSubscriptionRequest as _hookgate_v1_PauseSubscriptionRequest, PauseSubscriptionRequest__Output as _hookgate_v1_PauseSubscriptionRequest__Output } from '../../hookgate/v1/PauseSubscriptionRequest.ts';
import type { PauseSubscriptionResponse as _hookgate_v1_PauseSubscriptionResponse, PauseSubscriptionResponse__Output as _hookgate_v1_PauseSubscriptionResponse__Output } from '../../hookgate/v1/PauseSubscriptionResponse.ts';
import type { ProposeRequest as _hookgate_v1_ProposeRequest, ProposeRequest__Output as _hookgate_v1_ProposeRequest__Output } from '../../hookgate/v1/ProposeRequest.ts';
import type { ProposeResponse as _hookgate_v1_ProposeResponse, ProposeResponse__Output as _hookgate_v1_ProposeResponse__Output } from '../../hookgate/v1/ProposeResponse.ts';
import type { RejectProposalRequest as _hookgate_v1_RejectProposalRequest, RejectProposalRequest__Output as _hookgate_v1_RejectProposalRequest__Output } from '../../hookgate/v1/RejectProposalRequest.ts';
import type { RejectProposalResponse as _hookgate_v1_RejectProposalResponse, RejectProposalResponse__Output as _hookgate_v1_RejectProposalResponse__Output } from '../../hookgate/v1/RejectProposalResponse.ts';
import type { ResolveFailureRequest as _hookgate_v1_ResolveFailureRequest, ResolveFailureRequest__Output as _hookgate_v1_ResolveFailureRequest__Output } from '../../hookgate/v1/ResolveFailureRequest.ts';
import type { ResolveFailureResponse as _hookgate_v1_ResolveFailureResponse, ResolveFailureResponse__Output as _hookgate_v1_ResolveFailureResponse__Output } from '../../hookgate/v1/ResolveFailureResponse.ts';
import type { ResumeSubscriptionRequest as _hookgate_v1_ResumeSubscriptionRequest, ResumeSubscriptionRequest__Output as _hookgate_v1_ResumeSubscriptionRequest__Output } from '../../hookgate/v1/ResumeSubscriptionRequest.ts';
import type { ResumeSubscriptionResponse as _hookgate_v1_ResumeSubscriptionResponse, ResumeSubscriptionResponse__Output as _hookgate_v1_ResumeSubscriptionResponse__Output } from '../../hookgate/v1/ResumeSubscriptionResponse.ts';
import type { RetryDeliveryRequest as _hookgate_v1_RetryDeliveryRequest, RetryDeliveryRequest__Output as _hookgate_v1_RetryDeliveryRequest__Output } from '../../hookgate/v1/RetryDeliveryRequest.ts';
import type { RetryDeliveryResponse as _hookgate_v1_RetryDeliveryResponse, RetryDeliveryResponse__Output as _hookgate_v1_RetryDeliveryResponse__Output } from '../../hookgate/v1/RetryDeliveryResponse.ts';
import type { RevokeEnrolmentRequest as _hookgate_v1_RevokeEnrolmentRequest, RevokeEnrolmentRequest__Output as _hookgate_v1_RevokeEnrolmentRequest__Output } from '../../hookgate/v1/RevokeEnrolmentRequest.ts';
import type { RevokeEnrolmentResponse as _hookgate_v1_RevokeEnrolmentResponse, RevokeEnrolmentResponse__Output as _hookgate_v1_RevokeEnrolmentResponse__Output } from '../../hookgate/v1/RevokeEnrolmentResponse.ts';
import type { SendTestNoticeRequest as _hookgate_v1_SendTestNoticeRequest, SendTestNoticeRequest__Output as _hookgate_v1_SendTestNoticeRequest__Output } from '../../hookgate/v1/SendTestNoticeRequest.ts';
import type { SendTestNoticeResponse as _hookgate_v1_SendTestNoticeResponse, SendTestNoticeResponse__Output as _hookgate_v1_SendTestNoticeResponse__Output } from '../../hookgate/v1/SendTestNoticeResponse.ts';
import type { SetReplayStateRequest as _hookgate_v1_SetReplayStateRequest, SetReplayStateRequest__Output as _hookgate_v1_SetReplayStateRequest__Output } from '../../hookgate/v1/SetReplayStateRequest.ts';
import type { SetReplayStateResponse as _hookgate_v1_SetReplayStateResponse, SetReplayStateResponse__Output as _hookgate_v1_SetReplayStateResponse__Output } from '../../hookgate/v1/SetReplayStateResponse.ts';
import type { VerifyQuarantinedRequest as _hookgate_v1_VerifyQuarantinedRequest, VerifyQuarantinedRequest__Output as _hookgate_v1_VerifyQuarantinedRequest__Output } from '../../hookgate/v1/VerifyQuarantinedRequest.ts';
import type { VerifyQuarantinedResponse as _hookgate_v1_VerifyQuarantinedResponse, VerifyQuarantinedResponse__Output as _hookgate_v1_VerifyQuarantinedResponse__Output } from '../../hookgate/v1/VerifyQuarantinedResponse.ts';

/**
 * AdminService is for operators: what happened, and what to do about it. Calls named Get…, List… and Find… change nothing and
 * need the scope "view" or "admin"; Propose needs "propose" or "admin"; all others need "admin", but DeleteSubscription is also for
 * whoever may subscribe to that name, if a subscriber has opened it.
 */
export interface AdminServiceClient extends grpc.Client {
  /**
   * AcknowledgeFailure says that somebody knows of a group. NOT_FOUND if there is none.
   */
  AcknowledgeFailure(argument: _hookgate_v1_AcknowledgeFailureRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_AcknowledgeFailureResponse__Output>): grpc.ClientUnaryCall;
  AcknowledgeFailure(argument: _hookgate_v1_AcknowledgeFailureRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_AcknowledgeFailureResponse__Output>): grpc.ClientUnaryCall;
  AcknowledgeFailure(argument: _hookgate_v1_AcknowledgeFailureRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_AcknowledgeFailureResponse__Output>): grpc.ClientUnaryCall;
  AcknowledgeFailure(argument: _hookgate_v1_AcknowledgeFailureRequest, callback: grpc.requestCallback<_hookgate_v1_AcknowledgeFailureResponse__Output>): grpc.ClientUnaryCall;
  /**
   * AcknowledgeFailure says that somebody knows of a group. NOT_FOUND if there is none.
   */
  acknowledgeFailure(argument: _hookgate_v1_AcknowledgeFailureRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_AcknowledgeFailureResponse__Output>): grpc.ClientUnaryCall;
  acknowledgeFailure(argument: _hookgate_v1_AcknowledgeFailureRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_AcknowledgeFailureResponse__Output>): grpc.ClientUnaryCall;
  acknowledgeFailure(argument: _hookgate_v1_AcknowledgeFailureRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_AcknowledgeFailureResponse__Output>): grpc.ClientUnaryCall;
  acknowledgeFailure(argument: _hookgate_v1_AcknowledgeFailureRequest, callback: grpc.requestCallback<_hookgate_v1_AcknowledgeFailureResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ApproveProposal does what was proposed, once, in the name of the caller. NOT_FOUND if there is none. FAILED_PRECONDITION: it
   * does not wait any more, or it would not do now what it said that it would.
   */
  ApproveProposal(argument: _hookgate_v1_ApproveProposalRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ApproveProposalResponse__Output>): grpc.ClientUnaryCall;
  ApproveProposal(argument: _hookgate_v1_ApproveProposalRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ApproveProposalResponse__Output>): grpc.ClientUnaryCall;
  ApproveProposal(argument: _hookgate_v1_ApproveProposalRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ApproveProposalResponse__Output>): grpc.ClientUnaryCall;
  ApproveProposal(argument: _hookgate_v1_ApproveProposalRequest, callback: grpc.requestCallback<_hookgate_v1_ApproveProposalResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ApproveProposal does what was proposed, once, in the name of the caller. NOT_FOUND if there is none. FAILED_PRECONDITION: it
   * does not wait any more, or it would not do now what it said that it would.
   */
  approveProposal(argument: _hookgate_v1_ApproveProposalRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ApproveProposalResponse__Output>): grpc.ClientUnaryCall;
  approveProposal(argument: _hookgate_v1_ApproveProposalRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ApproveProposalResponse__Output>): grpc.ClientUnaryCall;
  approveProposal(argument: _hookgate_v1_ApproveProposalRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ApproveProposalResponse__Output>): grpc.ClientUnaryCall;
  approveProposal(argument: _hookgate_v1_ApproveProposalRequest, callback: grpc.requestCallback<_hookgate_v1_ApproveProposalResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * BackUp copies the embedded store to a file on the dispatcher's machine while it is in use, and answers when that is whole. It can
   * take minutes. FAILED_PRECONDITION with MongoDB.
   */
  BackUp(argument: _hookgate_v1_BackUpRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_BackUpResponse__Output>): grpc.ClientUnaryCall;
  BackUp(argument: _hookgate_v1_BackUpRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_BackUpResponse__Output>): grpc.ClientUnaryCall;
  BackUp(argument: _hookgate_v1_BackUpRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_BackUpResponse__Output>): grpc.ClientUnaryCall;
  BackUp(argument: _hookgate_v1_BackUpRequest, callback: grpc.requestCallback<_hookgate_v1_BackUpResponse__Output>): grpc.ClientUnaryCall;
  /**
   * BackUp copies the embedded store to a file on the dispatcher's machine while it is in use, and answers when that is whole. It can
   * take minutes. FAILED_PRECONDITION with MongoDB.
   */
  backUp(argument: _hookgate_v1_BackUpRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_BackUpResponse__Output>): grpc.ClientUnaryCall;
  backUp(argument: _hookgate_v1_BackUpRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_BackUpResponse__Output>): grpc.ClientUnaryCall;
  backUp(argument: _hookgate_v1_BackUpRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_BackUpResponse__Output>): grpc.ClientUnaryCall;
  backUp(argument: _hookgate_v1_BackUpRequest, callback: grpc.requestCallback<_hookgate_v1_BackUpResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * CancelDelivery ends a waiting or dead delivery. If it held back others of its order key, the next one becomes due.
   * NOT_FOUND if there is none, FAILED_PRECONDITION in any other state.
   */
  CancelDelivery(argument: _hookgate_v1_CancelDeliveryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CancelDeliveryResponse__Output>): grpc.ClientUnaryCall;
  CancelDelivery(argument: _hookgate_v1_CancelDeliveryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_CancelDeliveryResponse__Output>): grpc.ClientUnaryCall;
  CancelDelivery(argument: _hookgate_v1_CancelDeliveryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CancelDeliveryResponse__Output>): grpc.ClientUnaryCall;
  CancelDelivery(argument: _hookgate_v1_CancelDeliveryRequest, callback: grpc.requestCallback<_hookgate_v1_CancelDeliveryResponse__Output>): grpc.ClientUnaryCall;
  /**
   * CancelDelivery ends a waiting or dead delivery. If it held back others of its order key, the next one becomes due.
   * NOT_FOUND if there is none, FAILED_PRECONDITION in any other state.
   */
  cancelDelivery(argument: _hookgate_v1_CancelDeliveryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CancelDeliveryResponse__Output>): grpc.ClientUnaryCall;
  cancelDelivery(argument: _hookgate_v1_CancelDeliveryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_CancelDeliveryResponse__Output>): grpc.ClientUnaryCall;
  cancelDelivery(argument: _hookgate_v1_CancelDeliveryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CancelDeliveryResponse__Output>): grpc.ClientUnaryCall;
  cancelDelivery(argument: _hookgate_v1_CancelDeliveryRequest, callback: grpc.requestCallback<_hookgate_v1_CancelDeliveryResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ChangeSubscription replaces the filter of a subscription that is not in the configuration, for new events.
   * FAILED_PRECONDITION: the configuration decides its filter, or it is no stream, or it is being deleted.
   */
  ChangeSubscription(argument: _hookgate_v1_ChangeSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ChangeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  ChangeSubscription(argument: _hookgate_v1_ChangeSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ChangeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  ChangeSubscription(argument: _hookgate_v1_ChangeSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ChangeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  ChangeSubscription(argument: _hookgate_v1_ChangeSubscriptionRequest, callback: grpc.requestCallback<_hookgate_v1_ChangeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ChangeSubscription replaces the filter of a subscription that is not in the configuration, for new events.
   * FAILED_PRECONDITION: the configuration decides its filter, or it is no stream, or it is being deleted.
   */
  changeSubscription(argument: _hookgate_v1_ChangeSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ChangeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  changeSubscription(argument: _hookgate_v1_ChangeSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ChangeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  changeSubscription(argument: _hookgate_v1_ChangeSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ChangeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  changeSubscription(argument: _hookgate_v1_ChangeSubscriptionRequest, callback: grpc.requestCallback<_hookgate_v1_ChangeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * CreateCopy delivers an event with another body to one subscription, for a try. The copy is an event of its own, flagged
   * "edited", and nothing that its provider sent is ever taken for it. NOT_FOUND: there is no such event or subscription.
   * FAILED_PRECONDITION: the subscription is paused by the configuration or being deleted.
   */
  CreateCopy(argument: _hookgate_v1_CreateCopyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CreateCopyResponse__Output>): grpc.ClientUnaryCall;
  CreateCopy(argument: _hookgate_v1_CreateCopyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_CreateCopyResponse__Output>): grpc.ClientUnaryCall;
  CreateCopy(argument: _hookgate_v1_CreateCopyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CreateCopyResponse__Output>): grpc.ClientUnaryCall;
  CreateCopy(argument: _hookgate_v1_CreateCopyRequest, callback: grpc.requestCallback<_hookgate_v1_CreateCopyResponse__Output>): grpc.ClientUnaryCall;
  /**
   * CreateCopy delivers an event with another body to one subscription, for a try. The copy is an event of its own, flagged
   * "edited", and nothing that its provider sent is ever taken for it. NOT_FOUND: there is no such event or subscription.
   * FAILED_PRECONDITION: the subscription is paused by the configuration or being deleted.
   */
  createCopy(argument: _hookgate_v1_CreateCopyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CreateCopyResponse__Output>): grpc.ClientUnaryCall;
  createCopy(argument: _hookgate_v1_CreateCopyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_CreateCopyResponse__Output>): grpc.ClientUnaryCall;
  createCopy(argument: _hookgate_v1_CreateCopyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CreateCopyResponse__Output>): grpc.ClientUnaryCall;
  createCopy(argument: _hookgate_v1_CreateCopyRequest, callback: grpc.requestCallback<_hookgate_v1_CreateCopyResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * CreateReplay repeats deliveries, or counts what it would repeat. NOT_FOUND: there is no such id or subscription.
   * FAILED_PRECONDITION: its subscription was deleted, or is no longer in the configuration, or nobody wants the event.
   */
  CreateReplay(argument: _hookgate_v1_CreateReplayRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CreateReplayResponse__Output>): grpc.ClientUnaryCall;
  CreateReplay(argument: _hookgate_v1_CreateReplayRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_CreateReplayResponse__Output>): grpc.ClientUnaryCall;
  CreateReplay(argument: _hookgate_v1_CreateReplayRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CreateReplayResponse__Output>): grpc.ClientUnaryCall;
  CreateReplay(argument: _hookgate_v1_CreateReplayRequest, callback: grpc.requestCallback<_hookgate_v1_CreateReplayResponse__Output>): grpc.ClientUnaryCall;
  /**
   * CreateReplay repeats deliveries, or counts what it would repeat. NOT_FOUND: there is no such id or subscription.
   * FAILED_PRECONDITION: its subscription was deleted, or is no longer in the configuration, or nobody wants the event.
   */
  createReplay(argument: _hookgate_v1_CreateReplayRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CreateReplayResponse__Output>): grpc.ClientUnaryCall;
  createReplay(argument: _hookgate_v1_CreateReplayRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_CreateReplayResponse__Output>): grpc.ClientUnaryCall;
  createReplay(argument: _hookgate_v1_CreateReplayRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_CreateReplayResponse__Output>): grpc.ClientUnaryCall;
  createReplay(argument: _hookgate_v1_CreateReplayRequest, callback: grpc.requestCallback<_hookgate_v1_CreateReplayResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * DeleteSubscription deletes a subscription that is not in the configuration and cancels what waits for it. It works for
   * some seconds: call it again until done. The dispatcher finishes it in any case. FAILED_PRECONDITION: it is in the configuration.
   */
  DeleteSubscription(argument: _hookgate_v1_DeleteSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  DeleteSubscription(argument: _hookgate_v1_DeleteSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  DeleteSubscription(argument: _hookgate_v1_DeleteSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  DeleteSubscription(argument: _hookgate_v1_DeleteSubscriptionRequest, callback: grpc.requestCallback<_hookgate_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * DeleteSubscription deletes a subscription that is not in the configuration and cancels what waits for it. It works for
   * some seconds: call it again until done. The dispatcher finishes it in any case. FAILED_PRECONDITION: it is in the configuration.
   */
  deleteSubscription(argument: _hookgate_v1_DeleteSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  deleteSubscription(argument: _hookgate_v1_DeleteSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  deleteSubscription(argument: _hookgate_v1_DeleteSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  deleteSubscription(argument: _hookgate_v1_DeleteSubscriptionRequest, callback: grpc.requestCallback<_hookgate_v1_DeleteSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * EraseSubject deletes the keys of a person, so that nothing that was encrypted about them can be read any more. Every dispatcher
   * has forgotten them when in_force_ms are over. FAILED_PRECONDITION if no source has ever protected anything.
   */
  EraseSubject(argument: _hookgate_v1_EraseSubjectRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_EraseSubjectResponse__Output>): grpc.ClientUnaryCall;
  EraseSubject(argument: _hookgate_v1_EraseSubjectRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_EraseSubjectResponse__Output>): grpc.ClientUnaryCall;
  EraseSubject(argument: _hookgate_v1_EraseSubjectRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_EraseSubjectResponse__Output>): grpc.ClientUnaryCall;
  EraseSubject(argument: _hookgate_v1_EraseSubjectRequest, callback: grpc.requestCallback<_hookgate_v1_EraseSubjectResponse__Output>): grpc.ClientUnaryCall;
  /**
   * EraseSubject deletes the keys of a person, so that nothing that was encrypted about them can be read any more. Every dispatcher
   * has forgotten them when in_force_ms are over. FAILED_PRECONDITION if no source has ever protected anything.
   */
  eraseSubject(argument: _hookgate_v1_EraseSubjectRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_EraseSubjectResponse__Output>): grpc.ClientUnaryCall;
  eraseSubject(argument: _hookgate_v1_EraseSubjectRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_EraseSubjectResponse__Output>): grpc.ClientUnaryCall;
  eraseSubject(argument: _hookgate_v1_EraseSubjectRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_EraseSubjectResponse__Output>): grpc.ClientUnaryCall;
  eraseSubject(argument: _hookgate_v1_EraseSubjectRequest, callback: grpc.requestCallback<_hookgate_v1_EraseSubjectResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Find returns what an id names: one of ours, a provider's id of an event, or the name of a source or a subscription. Nothing if
   * there is none.
   */
  Find(argument: _hookgate_v1_FindRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_FindResponse__Output>): grpc.ClientUnaryCall;
  Find(argument: _hookgate_v1_FindRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_FindResponse__Output>): grpc.ClientUnaryCall;
  Find(argument: _hookgate_v1_FindRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_FindResponse__Output>): grpc.ClientUnaryCall;
  Find(argument: _hookgate_v1_FindRequest, callback: grpc.requestCallback<_hookgate_v1_FindResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Find returns what an id names: one of ours, a provider's id of an event, or the name of a source or a subscription. Nothing if
   * there is none.
   */
  find(argument: _hookgate_v1_FindRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_FindResponse__Output>): grpc.ClientUnaryCall;
  find(argument: _hookgate_v1_FindRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_FindResponse__Output>): grpc.ClientUnaryCall;
  find(argument: _hookgate_v1_FindRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_FindResponse__Output>): grpc.ClientUnaryCall;
  find(argument: _hookgate_v1_FindRequest, callback: grpc.requestCallback<_hookgate_v1_FindResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * FindInBodies looks through the bodies of a source's events for a part of about two seconds; call it again with the token of
   * the answer to look further. It gives way to everything else.
   */
  FindInBodies(argument: _hookgate_v1_FindInBodiesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_FindInBodiesResponse__Output>): grpc.ClientUnaryCall;
  FindInBodies(argument: _hookgate_v1_FindInBodiesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_FindInBodiesResponse__Output>): grpc.ClientUnaryCall;
  FindInBodies(argument: _hookgate_v1_FindInBodiesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_FindInBodiesResponse__Output>): grpc.ClientUnaryCall;
  FindInBodies(argument: _hookgate_v1_FindInBodiesRequest, callback: grpc.requestCallback<_hookgate_v1_FindInBodiesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * FindInBodies looks through the bodies of a source's events for a part of about two seconds; call it again with the token of
   * the answer to look further. It gives way to everything else.
   */
  findInBodies(argument: _hookgate_v1_FindInBodiesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_FindInBodiesResponse__Output>): grpc.ClientUnaryCall;
  findInBodies(argument: _hookgate_v1_FindInBodiesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_FindInBodiesResponse__Output>): grpc.ClientUnaryCall;
  findInBodies(argument: _hookgate_v1_FindInBodiesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_FindInBodiesResponse__Output>): grpc.ClientUnaryCall;
  findInBodies(argument: _hookgate_v1_FindInBodiesRequest, callback: grpc.requestCallback<_hookgate_v1_FindInBodiesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * GetEvent returns one event with its deliveries and their attempts. NOT_FOUND if there is none.
   */
  GetEvent(argument: _hookgate_v1_GetEventRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  GetEvent(argument: _hookgate_v1_GetEventRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  GetEvent(argument: _hookgate_v1_GetEventRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  GetEvent(argument: _hookgate_v1_GetEventRequest, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetEvent returns one event with its deliveries and their attempts. NOT_FOUND if there is none.
   */
  getEvent(argument: _hookgate_v1_GetEventRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  getEvent(argument: _hookgate_v1_GetEventRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  getEvent(argument: _hookgate_v1_GetEventRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  getEvent(argument: _hookgate_v1_GetEventRequest, callback: grpc.requestCallback<_hookgate_v1_GetEventResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * GetFailure returns one group, and what changed before it began. NOT_FOUND if there is none.
   */
  GetFailure(argument: _hookgate_v1_GetFailureRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetFailureResponse__Output>): grpc.ClientUnaryCall;
  GetFailure(argument: _hookgate_v1_GetFailureRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetFailureResponse__Output>): grpc.ClientUnaryCall;
  GetFailure(argument: _hookgate_v1_GetFailureRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetFailureResponse__Output>): grpc.ClientUnaryCall;
  GetFailure(argument: _hookgate_v1_GetFailureRequest, callback: grpc.requestCallback<_hookgate_v1_GetFailureResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetFailure returns one group, and what changed before it began. NOT_FOUND if there is none.
   */
  getFailure(argument: _hookgate_v1_GetFailureRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetFailureResponse__Output>): grpc.ClientUnaryCall;
  getFailure(argument: _hookgate_v1_GetFailureRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetFailureResponse__Output>): grpc.ClientUnaryCall;
  getFailure(argument: _hookgate_v1_GetFailureRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetFailureResponse__Output>): grpc.ClientUnaryCall;
  getFailure(argument: _hookgate_v1_GetFailureRequest, callback: grpc.requestCallback<_hookgate_v1_GetFailureResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * GetHealth says whether deliveries succeed, and if not, whose fault it is.
   */
  GetHealth(argument: _hookgate_v1_GetHealthRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  GetHealth(argument: _hookgate_v1_GetHealthRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  GetHealth(argument: _hookgate_v1_GetHealthRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  GetHealth(argument: _hookgate_v1_GetHealthRequest, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetHealth says whether deliveries succeed, and if not, whose fault it is.
   */
  getHealth(argument: _hookgate_v1_GetHealthRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  getHealth(argument: _hookgate_v1_GetHealthRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  getHealth(argument: _hookgate_v1_GetHealthRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  getHealth(argument: _hookgate_v1_GetHealthRequest, callback: grpc.requestCallback<_hookgate_v1_GetHealthResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * GetMetricSeries returns the counts of a window point by point, for charts. It reads counts, never events: a long window costs
   * little more than a short one. INVALID_ARGUMENT for a window or step that is not kept.
   */
  GetMetricSeries(argument: _hookgate_v1_GetMetricSeriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricSeriesResponse__Output>): grpc.ClientUnaryCall;
  GetMetricSeries(argument: _hookgate_v1_GetMetricSeriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetMetricSeriesResponse__Output>): grpc.ClientUnaryCall;
  GetMetricSeries(argument: _hookgate_v1_GetMetricSeriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricSeriesResponse__Output>): grpc.ClientUnaryCall;
  GetMetricSeries(argument: _hookgate_v1_GetMetricSeriesRequest, callback: grpc.requestCallback<_hookgate_v1_GetMetricSeriesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetMetricSeries returns the counts of a window point by point, for charts. It reads counts, never events: a long window costs
   * little more than a short one. INVALID_ARGUMENT for a window or step that is not kept.
   */
  getMetricSeries(argument: _hookgate_v1_GetMetricSeriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricSeriesResponse__Output>): grpc.ClientUnaryCall;
  getMetricSeries(argument: _hookgate_v1_GetMetricSeriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetMetricSeriesResponse__Output>): grpc.ClientUnaryCall;
  getMetricSeries(argument: _hookgate_v1_GetMetricSeriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricSeriesResponse__Output>): grpc.ClientUnaryCall;
  getMetricSeries(argument: _hookgate_v1_GetMetricSeriesRequest, callback: grpc.requestCallback<_hookgate_v1_GetMetricSeriesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * GetMetrics returns the counts of a window of time.
   */
  GetMetrics(argument: _hookgate_v1_GetMetricsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  GetMetrics(argument: _hookgate_v1_GetMetricsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  GetMetrics(argument: _hookgate_v1_GetMetricsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  GetMetrics(argument: _hookgate_v1_GetMetricsRequest, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetMetrics returns the counts of a window of time.
   */
  getMetrics(argument: _hookgate_v1_GetMetricsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  getMetrics(argument: _hookgate_v1_GetMetricsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  getMetrics(argument: _hookgate_v1_GetMetricsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  getMetrics(argument: _hookgate_v1_GetMetricsRequest, callback: grpc.requestCallback<_hookgate_v1_GetMetricsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * GetQuarantined returns one whole refused request; credentials are masked. NOT_FOUND if there is none.
   */
  GetQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  GetQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  GetQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  GetQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetQuarantined returns one whole refused request; credentials are masked. NOT_FOUND if there is none.
   */
  getQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  getQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  getQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  getQuarantined(argument: _hookgate_v1_GetQuarantinedRequest, callback: grpc.requestCallback<_hookgate_v1_GetQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * GetSetup returns clocks, durability settings and limits, for npx hookgate doctor to judge.
   */
  GetSetup(argument: _hookgate_v1_GetSetupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetSetupResponse__Output>): grpc.ClientUnaryCall;
  GetSetup(argument: _hookgate_v1_GetSetupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetSetupResponse__Output>): grpc.ClientUnaryCall;
  GetSetup(argument: _hookgate_v1_GetSetupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetSetupResponse__Output>): grpc.ClientUnaryCall;
  GetSetup(argument: _hookgate_v1_GetSetupRequest, callback: grpc.requestCallback<_hookgate_v1_GetSetupResponse__Output>): grpc.ClientUnaryCall;
  /**
   * GetSetup returns clocks, durability settings and limits, for npx hookgate doctor to judge.
   */
  getSetup(argument: _hookgate_v1_GetSetupRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetSetupResponse__Output>): grpc.ClientUnaryCall;
  getSetup(argument: _hookgate_v1_GetSetupRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_GetSetupResponse__Output>): grpc.ClientUnaryCall;
  getSetup(argument: _hookgate_v1_GetSetupRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_GetSetupResponse__Output>): grpc.ClientUnaryCall;
  getSetup(argument: _hookgate_v1_GetSetupRequest, callback: grpc.requestCallback<_hookgate_v1_GetSetupResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListAudit returns what operators did, newest first, a page at a time.
   */
  ListAudit(argument: _hookgate_v1_ListAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  ListAudit(argument: _hookgate_v1_ListAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  ListAudit(argument: _hookgate_v1_ListAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  ListAudit(argument: _hookgate_v1_ListAuditRequest, callback: grpc.requestCallback<_hookgate_v1_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListAudit returns what operators did, newest first, a page at a time.
   */
  listAudit(argument: _hookgate_v1_ListAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  listAudit(argument: _hookgate_v1_ListAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  listAudit(argument: _hookgate_v1_ListAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  listAudit(argument: _hookgate_v1_ListAuditRequest, callback: grpc.requestCallback<_hookgate_v1_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListChanges returns what changed in the last 30 days, newest first, a page at a time.
   */
  ListChanges(argument: _hookgate_v1_ListChangesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListChangesResponse__Output>): grpc.ClientUnaryCall;
  ListChanges(argument: _hookgate_v1_ListChangesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListChangesResponse__Output>): grpc.ClientUnaryCall;
  ListChanges(argument: _hookgate_v1_ListChangesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListChangesResponse__Output>): grpc.ClientUnaryCall;
  ListChanges(argument: _hookgate_v1_ListChangesRequest, callback: grpc.requestCallback<_hookgate_v1_ListChangesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListChanges returns what changed in the last 30 days, newest first, a page at a time.
   */
  listChanges(argument: _hookgate_v1_ListChangesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListChangesResponse__Output>): grpc.ClientUnaryCall;
  listChanges(argument: _hookgate_v1_ListChangesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListChangesResponse__Output>): grpc.ClientUnaryCall;
  listChanges(argument: _hookgate_v1_ListChangesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListChangesResponse__Output>): grpc.ClientUnaryCall;
  listChanges(argument: _hookgate_v1_ListChangesRequest, callback: grpc.requestCallback<_hookgate_v1_ListChangesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListEvents returns events, newest first, a page at a time.
   */
  ListEvents(argument: _hookgate_v1_ListEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _hookgate_v1_ListEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _hookgate_v1_ListEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _hookgate_v1_ListEventsRequest, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListEvents returns events, newest first, a page at a time.
   */
  listEvents(argument: _hookgate_v1_ListEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _hookgate_v1_ListEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _hookgate_v1_ListEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _hookgate_v1_ListEventsRequest, callback: grpc.requestCallback<_hookgate_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListFailures returns groups of failed attempts that have the same cause, the one that failed last first, a page at a time.
   */
  ListFailures(argument: _hookgate_v1_ListFailuresRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListFailuresResponse__Output>): grpc.ClientUnaryCall;
  ListFailures(argument: _hookgate_v1_ListFailuresRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListFailuresResponse__Output>): grpc.ClientUnaryCall;
  ListFailures(argument: _hookgate_v1_ListFailuresRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListFailuresResponse__Output>): grpc.ClientUnaryCall;
  ListFailures(argument: _hookgate_v1_ListFailuresRequest, callback: grpc.requestCallback<_hookgate_v1_ListFailuresResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListFailures returns groups of failed attempts that have the same cause, the one that failed last first, a page at a time.
   */
  listFailures(argument: _hookgate_v1_ListFailuresRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListFailuresResponse__Output>): grpc.ClientUnaryCall;
  listFailures(argument: _hookgate_v1_ListFailuresRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListFailuresResponse__Output>): grpc.ClientUnaryCall;
  listFailures(argument: _hookgate_v1_ListFailuresRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListFailuresResponse__Output>): grpc.ClientUnaryCall;
  listFailures(argument: _hookgate_v1_ListFailuresRequest, callback: grpc.requestCallback<_hookgate_v1_ListFailuresResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListNotices returns who is told when something is wrong, what they were told, and what they could not be told.
   */
  ListNotices(argument: _hookgate_v1_ListNoticesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListNoticesResponse__Output>): grpc.ClientUnaryCall;
  ListNotices(argument: _hookgate_v1_ListNoticesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListNoticesResponse__Output>): grpc.ClientUnaryCall;
  ListNotices(argument: _hookgate_v1_ListNoticesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListNoticesResponse__Output>): grpc.ClientUnaryCall;
  ListNotices(argument: _hookgate_v1_ListNoticesRequest, callback: grpc.requestCallback<_hookgate_v1_ListNoticesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListNotices returns who is told when something is wrong, what they were told, and what they could not be told.
   */
  listNotices(argument: _hookgate_v1_ListNoticesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListNoticesResponse__Output>): grpc.ClientUnaryCall;
  listNotices(argument: _hookgate_v1_ListNoticesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListNoticesResponse__Output>): grpc.ClientUnaryCall;
  listNotices(argument: _hookgate_v1_ListNoticesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListNoticesResponse__Output>): grpc.ClientUnaryCall;
  listNotices(argument: _hookgate_v1_ListNoticesRequest, callback: grpc.requestCallback<_hookgate_v1_ListNoticesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListProposals returns the proposals that are kept, newest first.
   */
  ListProposals(argument: _hookgate_v1_ListProposalsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  ListProposals(argument: _hookgate_v1_ListProposalsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  ListProposals(argument: _hookgate_v1_ListProposalsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  ListProposals(argument: _hookgate_v1_ListProposalsRequest, callback: grpc.requestCallback<_hookgate_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListProposals returns the proposals that are kept, newest first.
   */
  listProposals(argument: _hookgate_v1_ListProposalsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  listProposals(argument: _hookgate_v1_ListProposalsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  listProposals(argument: _hookgate_v1_ListProposalsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  listProposals(argument: _hookgate_v1_ListProposalsRequest, callback: grpc.requestCallback<_hookgate_v1_ListProposalsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListQuarantine returns refused requests, newest first, a page at a time.
   */
  ListQuarantine(argument: _hookgate_v1_ListQuarantineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  ListQuarantine(argument: _hookgate_v1_ListQuarantineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  ListQuarantine(argument: _hookgate_v1_ListQuarantineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  ListQuarantine(argument: _hookgate_v1_ListQuarantineRequest, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListQuarantine returns refused requests, newest first, a page at a time.
   */
  listQuarantine(argument: _hookgate_v1_ListQuarantineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  listQuarantine(argument: _hookgate_v1_ListQuarantineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  listQuarantine(argument: _hookgate_v1_ListQuarantineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  listQuarantine(argument: _hookgate_v1_ListQuarantineRequest, callback: grpc.requestCallback<_hookgate_v1_ListQuarantineResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListReplays returns replays, newest first.
   */
  ListReplays(argument: _hookgate_v1_ListReplaysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListReplaysResponse__Output>): grpc.ClientUnaryCall;
  ListReplays(argument: _hookgate_v1_ListReplaysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListReplaysResponse__Output>): grpc.ClientUnaryCall;
  ListReplays(argument: _hookgate_v1_ListReplaysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListReplaysResponse__Output>): grpc.ClientUnaryCall;
  ListReplays(argument: _hookgate_v1_ListReplaysRequest, callback: grpc.requestCallback<_hookgate_v1_ListReplaysResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListReplays returns replays, newest first.
   */
  listReplays(argument: _hookgate_v1_ListReplaysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListReplaysResponse__Output>): grpc.ClientUnaryCall;
  listReplays(argument: _hookgate_v1_ListReplaysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListReplaysResponse__Output>): grpc.ClientUnaryCall;
  listReplays(argument: _hookgate_v1_ListReplaysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListReplaysResponse__Output>): grpc.ClientUnaryCall;
  listReplays(argument: _hookgate_v1_ListReplaysRequest, callback: grpc.requestCallback<_hookgate_v1_ListReplaysResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListSecrets says which secrets are in use, and which can be removed.
   */
  ListSecrets(argument: _hookgate_v1_ListSecretsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  ListSecrets(argument: _hookgate_v1_ListSecretsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  ListSecrets(argument: _hookgate_v1_ListSecretsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  ListSecrets(argument: _hookgate_v1_ListSecretsRequest, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListSecrets says which secrets are in use, and which can be removed.
   */
  listSecrets(argument: _hookgate_v1_ListSecretsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  listSecrets(argument: _hookgate_v1_ListSecretsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  listSecrets(argument: _hookgate_v1_ListSecretsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  listSecrets(argument: _hookgate_v1_ListSecretsRequest, callback: grpc.requestCallback<_hookgate_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListSources returns all sources of the configuration: what came of each, how it was answered, whether it has gone quiet, and
   * how patient its provider is with an outage of ours.
   */
  ListSources(argument: _hookgate_v1_ListSourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSourcesResponse__Output>): grpc.ClientUnaryCall;
  ListSources(argument: _hookgate_v1_ListSourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListSourcesResponse__Output>): grpc.ClientUnaryCall;
  ListSources(argument: _hookgate_v1_ListSourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSourcesResponse__Output>): grpc.ClientUnaryCall;
  ListSources(argument: _hookgate_v1_ListSourcesRequest, callback: grpc.requestCallback<_hookgate_v1_ListSourcesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListSources returns all sources of the configuration: what came of each, how it was answered, whether it has gone quiet, and
   * how patient its provider is with an outage of ours.
   */
  listSources(argument: _hookgate_v1_ListSourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSourcesResponse__Output>): grpc.ClientUnaryCall;
  listSources(argument: _hookgate_v1_ListSourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListSourcesResponse__Output>): grpc.ClientUnaryCall;
  listSources(argument: _hookgate_v1_ListSourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSourcesResponse__Output>): grpc.ClientUnaryCall;
  listSources(argument: _hookgate_v1_ListSourcesRequest, callback: grpc.requestCallback<_hookgate_v1_ListSourcesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListStoreProblems looks whether what is stored is whole, a bounded part at a time: the bodies of events, then the events of
   * deliveries.
   */
  ListStoreProblems(argument: _hookgate_v1_ListStoreProblemsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListStoreProblemsResponse__Output>): grpc.ClientUnaryCall;
  ListStoreProblems(argument: _hookgate_v1_ListStoreProblemsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListStoreProblemsResponse__Output>): grpc.ClientUnaryCall;
  ListStoreProblems(argument: _hookgate_v1_ListStoreProblemsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListStoreProblemsResponse__Output>): grpc.ClientUnaryCall;
  ListStoreProblems(argument: _hookgate_v1_ListStoreProblemsRequest, callback: grpc.requestCallback<_hookgate_v1_ListStoreProblemsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListStoreProblems looks whether what is stored is whole, a bounded part at a time: the bodies of events, then the events of
   * deliveries.
   */
  listStoreProblems(argument: _hookgate_v1_ListStoreProblemsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListStoreProblemsResponse__Output>): grpc.ClientUnaryCall;
  listStoreProblems(argument: _hookgate_v1_ListStoreProblemsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListStoreProblemsResponse__Output>): grpc.ClientUnaryCall;
  listStoreProblems(argument: _hookgate_v1_ListStoreProblemsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListStoreProblemsResponse__Output>): grpc.ClientUnaryCall;
  listStoreProblems(argument: _hookgate_v1_ListStoreProblemsRequest, callback: grpc.requestCallback<_hookgate_v1_ListStoreProblemsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ListSubscriptions returns all of them, with their state.
   */
  ListSubscriptions(argument: _hookgate_v1_ListSubscriptionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  ListSubscriptions(argument: _hookgate_v1_ListSubscriptionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  ListSubscriptions(argument: _hookgate_v1_ListSubscriptionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  ListSubscriptions(argument: _hookgate_v1_ListSubscriptionsRequest, callback: grpc.requestCallback<_hookgate_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ListSubscriptions returns all of them, with their state.
   */
  listSubscriptions(argument: _hookgate_v1_ListSubscriptionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  listSubscriptions(argument: _hookgate_v1_ListSubscriptionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  listSubscriptions(argument: _hookgate_v1_ListSubscriptionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  listSubscriptions(argument: _hookgate_v1_ListSubscriptionsRequest, callback: grpc.requestCallback<_hookgate_v1_ListSubscriptionsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * OpenEnrolment accepts a secret from a handshake of a source, for some minutes: from one whose URL has the word that it
   * returns.
   */
  OpenEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  OpenEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  OpenEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  OpenEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  /**
   * OpenEnrolment accepts a secret from a handshake of a source, for some minutes: from one whose URL has the word that it
   * returns.
   */
  openEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  openEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  openEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  openEnrolment(argument: _hookgate_v1_OpenEnrolmentRequest, callback: grpc.requestCallback<_hookgate_v1_OpenEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * OpenTrial opens a path for test events for two minutes, with a word and a secret of its own. What arrives there is stored as of
   * the source hookgate-doctor, and no subscription gets it.
   */
  OpenTrial(argument: _hookgate_v1_OpenTrialRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenTrialResponse__Output>): grpc.ClientUnaryCall;
  OpenTrial(argument: _hookgate_v1_OpenTrialRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_OpenTrialResponse__Output>): grpc.ClientUnaryCall;
  OpenTrial(argument: _hookgate_v1_OpenTrialRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenTrialResponse__Output>): grpc.ClientUnaryCall;
  OpenTrial(argument: _hookgate_v1_OpenTrialRequest, callback: grpc.requestCallback<_hookgate_v1_OpenTrialResponse__Output>): grpc.ClientUnaryCall;
  /**
   * OpenTrial opens a path for test events for two minutes, with a word and a secret of its own. What arrives there is stored as of
   * the source hookgate-doctor, and no subscription gets it.
   */
  openTrial(argument: _hookgate_v1_OpenTrialRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenTrialResponse__Output>): grpc.ClientUnaryCall;
  openTrial(argument: _hookgate_v1_OpenTrialRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_OpenTrialResponse__Output>): grpc.ClientUnaryCall;
  openTrial(argument: _hookgate_v1_OpenTrialRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_OpenTrialResponse__Output>): grpc.ClientUnaryCall;
  openTrial(argument: _hookgate_v1_OpenTrialRequest, callback: grpc.requestCallback<_hookgate_v1_OpenTrialResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * PauseSubscription makes its deliveries wait. NOT_FOUND if there is none.
   */
  PauseSubscription(argument: _hookgate_v1_PauseSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  PauseSubscription(argument: _hookgate_v1_PauseSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  PauseSubscription(argument: _hookgate_v1_PauseSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  PauseSubscription(argument: _hookgate_v1_PauseSubscriptionRequest, callback: grpc.requestCallback<_hookgate_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * PauseSubscription makes its deliveries wait. NOT_FOUND if there is none.
   */
  pauseSubscription(argument: _hookgate_v1_PauseSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  pauseSubscription(argument: _hookgate_v1_PauseSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  pauseSubscription(argument: _hookgate_v1_PauseSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  pauseSubscription(argument: _hookgate_v1_PauseSubscriptionRequest, callback: grpc.requestCallback<_hookgate_v1_PauseSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Propose keeps an action for a person to approve, with what it would do now, and does nothing else. NOT_FOUND: it names what
   * there is not. FAILED_PRECONDITION: it would do nothing, or not be done. RESOURCE_EXHAUSTED: too many proposals wait.
   */
  Propose(argument: _hookgate_v1_ProposeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ProposeResponse__Output>): grpc.ClientUnaryCall;
  Propose(argument: _hookgate_v1_ProposeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ProposeResponse__Output>): grpc.ClientUnaryCall;
  Propose(argument: _hookgate_v1_ProposeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ProposeResponse__Output>): grpc.ClientUnaryCall;
  Propose(argument: _hookgate_v1_ProposeRequest, callback: grpc.requestCallback<_hookgate_v1_ProposeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Propose keeps an action for a person to approve, with what it would do now, and does nothing else. NOT_FOUND: it names what
   * there is not. FAILED_PRECONDITION: it would do nothing, or not be done. RESOURCE_EXHAUSTED: too many proposals wait.
   */
  propose(argument: _hookgate_v1_ProposeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ProposeResponse__Output>): grpc.ClientUnaryCall;
  propose(argument: _hookgate_v1_ProposeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ProposeResponse__Output>): grpc.ClientUnaryCall;
  propose(argument: _hookgate_v1_ProposeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ProposeResponse__Output>): grpc.ClientUnaryCall;
  propose(argument: _hookgate_v1_ProposeRequest, callback: grpc.requestCallback<_hookgate_v1_ProposeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * RejectProposal ends a proposal: it is not done. NOT_FOUND if there is none, FAILED_PRECONDITION if it does not wait any more.
   */
  RejectProposal(argument: _hookgate_v1_RejectProposalRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RejectProposalResponse__Output>): grpc.ClientUnaryCall;
  RejectProposal(argument: _hookgate_v1_RejectProposalRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_RejectProposalResponse__Output>): grpc.ClientUnaryCall;
  RejectProposal(argument: _hookgate_v1_RejectProposalRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RejectProposalResponse__Output>): grpc.ClientUnaryCall;
  RejectProposal(argument: _hookgate_v1_RejectProposalRequest, callback: grpc.requestCallback<_hookgate_v1_RejectProposalResponse__Output>): grpc.ClientUnaryCall;
  /**
   * RejectProposal ends a proposal: it is not done. NOT_FOUND if there is none, FAILED_PRECONDITION if it does not wait any more.
   */
  rejectProposal(argument: _hookgate_v1_RejectProposalRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RejectProposalResponse__Output>): grpc.ClientUnaryCall;
  rejectProposal(argument: _hookgate_v1_RejectProposalRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_RejectProposalResponse__Output>): grpc.ClientUnaryCall;
  rejectProposal(argument: _hookgate_v1_RejectProposalRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RejectProposalResponse__Output>): grpc.ClientUnaryCall;
  rejectProposal(argument: _hookgate_v1_RejectProposalRequest, callback: grpc.requestCallback<_hookgate_v1_RejectProposalResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ResolveFailure says that its cause is gone. It is open again once it fails again. NOT_FOUND if there is none.
   */
  ResolveFailure(argument: _hookgate_v1_ResolveFailureRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ResolveFailureResponse__Output>): grpc.ClientUnaryCall;
  ResolveFailure(argument: _hookgate_v1_ResolveFailureRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ResolveFailureResponse__Output>): grpc.ClientUnaryCall;
  ResolveFailure(argument: _hookgate_v1_ResolveFailureRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ResolveFailureResponse__Output>): grpc.ClientUnaryCall;
  ResolveFailure(argument: _hookgate_v1_ResolveFailureRequest, callback: grpc.requestCallback<_hookgate_v1_ResolveFailureResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ResolveFailure says that its cause is gone. It is open again once it fails again. NOT_FOUND if there is none.
   */
  resolveFailure(argument: _hookgate_v1_ResolveFailureRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ResolveFailureResponse__Output>): grpc.ClientUnaryCall;
  resolveFailure(argument: _hookgate_v1_ResolveFailureRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ResolveFailureResponse__Output>): grpc.ClientUnaryCall;
  resolveFailure(argument: _hookgate_v1_ResolveFailureRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ResolveFailureResponse__Output>): grpc.ClientUnaryCall;
  resolveFailure(argument: _hookgate_v1_ResolveFailureRequest, callback: grpc.requestCallback<_hookgate_v1_ResolveFailureResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * ResumeSubscription ends a pause. NOT_FOUND if there is none, FAILED_PRECONDITION if it is not paused, or not in
   * the configuration. A backfill delivers what it missed while its backlog was over its bound.
   */
  ResumeSubscription(argument: _hookgate_v1_ResumeSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ResumeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  ResumeSubscription(argument: _hookgate_v1_ResumeSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ResumeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  ResumeSubscription(argument: _hookgate_v1_ResumeSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ResumeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  ResumeSubscription(argument: _hookgate_v1_ResumeSubscriptionRequest, callback: grpc.requestCallback<_hookgate_v1_ResumeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  /**
   * ResumeSubscription ends a pause. NOT_FOUND if there is none, FAILED_PRECONDITION if it is not paused, or not in
   * the configuration. A backfill delivers what it missed while its backlog was over its bound.
   */
  resumeSubscription(argument: _hookgate_v1_ResumeSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ResumeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  resumeSubscription(argument: _hookgate_v1_ResumeSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ResumeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  resumeSubscription(argument: _hookgate_v1_ResumeSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ResumeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  resumeSubscription(argument: _hookgate_v1_ResumeSubscriptionRequest, callback: grpc.requestCallback<_hookgate_v1_ResumeSubscriptionResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * RetryDelivery makes a dead or waiting delivery due now, a dead one with a fresh budget of retries. NOT_FOUND if
   * there is none, FAILED_PRECONDITION in any other state.
   */
  RetryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  RetryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  RetryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  RetryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  /**
   * RetryDelivery makes a dead or waiting delivery due now, a dead one with a fresh budget of retries. NOT_FOUND if
   * there is none, FAILED_PRECONDITION in any other state.
   */
  retryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  retryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  retryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  retryDelivery(argument: _hookgate_v1_RetryDeliveryRequest, callback: grpc.requestCallback<_hookgate_v1_RetryDeliveryResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * RevokeEnrolment closes the enrolment of a source and forgets the secrets that handshakes delivered.
   */
  RevokeEnrolment(argument: _hookgate_v1_RevokeEnrolmentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RevokeEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  RevokeEnrolment(argument: _hookgate_v1_RevokeEnrolmentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_RevokeEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  RevokeEnrolment(argument: _hookgate_v1_RevokeEnrolmentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RevokeEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  RevokeEnrolment(argument: _hookgate_v1_RevokeEnrolmentRequest, callback: grpc.requestCallback<_hookgate_v1_RevokeEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  /**
   * RevokeEnrolment closes the enrolment of a source and forgets the secrets that handshakes delivered.
   */
  revokeEnrolment(argument: _hookgate_v1_RevokeEnrolmentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RevokeEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  revokeEnrolment(argument: _hookgate_v1_RevokeEnrolmentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_RevokeEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  revokeEnrolment(argument: _hookgate_v1_RevokeEnrolmentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_RevokeEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  revokeEnrolment(argument: _hookgate_v1_RevokeEnrolmentRequest, callback: grpc.requestCallback<_hookgate_v1_RevokeEnrolmentResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * SendTestNotice sends a message to one recipient, or to all, and says what each answered. NOT_FOUND if there is none of that
   * name, FAILED_PRECONDITION if nobody is told.
   */
  SendTestNotice(argument: _hookgate_v1_SendTestNoticeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_SendTestNoticeResponse__Output>): grpc.ClientUnaryCall;
  SendTestNotice(argument: _hookgate_v1_SendTestNoticeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_SendTestNoticeResponse__Output>): grpc.ClientUnaryCall;
  SendTestNotice(argument: _hookgate_v1_SendTestNoticeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_SendTestNoticeResponse__Output>): grpc.ClientUnaryCall;
  SendTestNotice(argument: _hookgate_v1_SendTestNoticeRequest, callback: grpc.requestCallback<_hookgate_v1_SendTestNoticeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * SendTestNotice sends a message to one recipient, or to all, and says what each answered. NOT_FOUND if there is none of that
   * name, FAILED_PRECONDITION if nobody is told.
   */
  sendTestNotice(argument: _hookgate_v1_SendTestNoticeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_SendTestNoticeResponse__Output>): grpc.ClientUnaryCall;
  sendTestNotice(argument: _hookgate_v1_SendTestNoticeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_SendTestNoticeResponse__Output>): grpc.ClientUnaryCall;
  sendTestNotice(argument: _hookgate_v1_SendTestNoticeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_SendTestNoticeResponse__Output>): grpc.ClientUnaryCall;
  sendTestNotice(argument: _hookgate_v1_SendTestNoticeRequest, callback: grpc.requestCallback<_hookgate_v1_SendTestNoticeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * SetReplayState pauses, resumes or cancels a replay. NOT_FOUND if there is none, FAILED_PRECONDITION if it has
   * ended.
   */
  SetReplayState(argument: _hookgate_v1_SetReplayStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_SetReplayStateResponse__Output>): grpc.ClientUnaryCall;
  SetReplayState(argument: _hookgate_v1_SetReplayStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_SetReplayStateResponse__Output>): grpc.ClientUnaryCall;
  SetReplayState(argument: _hookgate_v1_SetReplayStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_SetReplayStateResponse__Output>): grpc.ClientUnaryCall;
  SetReplayState(argument: _hookgate_v1_SetReplayStateRequest, callback: grpc.requestCallback<_hookgate_v1_SetReplayStateResponse__Output>): grpc.ClientUnaryCall;
  /**
   * SetReplayState pauses, resumes or cancels a replay. NOT_FOUND if there is none, FAILED_PRECONDITION if it has
   * ended.
   */
  setReplayState(argument: _hookgate_v1_SetReplayStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_SetReplayStateResponse__Output>): grpc.ClientUnaryCall;
  setReplayState(argument: _hookgate_v1_SetReplayStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_SetReplayStateResponse__Output>): grpc.ClientUnaryCall;
  setReplayState(argument: _hookgate_v1_SetReplayStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_SetReplayStateResponse__Output>): grpc.ClientUnaryCall;
  setReplayState(argument: _hookgate_v1_SetReplayStateRequest, callback: grpc.requestCallback<_hookgate_v1_SetReplayStateResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * VerifyQuarantined verifies again, as of the time of receipt, with the current secrets. With release set, requests that
   * verify are stored as events and delivered, each exactly once.
   */
  VerifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  VerifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  VerifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  VerifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  /**
   * VerifyQuarantined verifies again, as of the time of receipt, with the current secrets. With release set, requests that
   * verify are stored as events and delivered, each exactly once.
   */
  verifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  verifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  verifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  verifyQuarantined(argument: _hookgate_v1_VerifyQuarantinedRequest, callback: grpc.requestCallback<_hookgate_v1_VerifyQuarantinedResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * AdminService is for operators: what happened, and what to do about it. Calls named Get…, List… and Find… change nothing and
 * need the scope "view" or "admin"; Propose needs "propose" or "admin"; all others need "admin", but DeleteSubscription is also for
 * whoever may subscribe to that name, if a subscriber has opened it.
 */
export interface AdminServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * AcknowledgeFailure says that somebody knows of a group. NOT_FOUND if there is none.
   */
  AcknowledgeFailure: grpc.handleUnaryCall<_hookgate_v1_AcknowledgeFailureRequest__Output, _hookgate_v1_AcknowledgeFailureResponse>;
  
  /**
   * ApproveProposal does what was proposed, once, in the name of the caller. NOT_FOUND if there is none. FAILED_PRECONDITION: it
   * does not wait any more, or it would not do now what it said that it would.
   */
  ApproveProposal: grpc.handleUnaryCall<_hookgate_v1_ApproveProposalRequest__Output, _hookgate_v1_ApproveProposalResponse>;
  
  /**
   * BackUp copies the embedded store to a file on the dispatcher's machine while it is in use, and answers when that is whole. It can
   * take minutes. FAILED_PRECONDITION with MongoDB.
   */
  BackUp: grpc.handleUnaryCall<_hookgate_v1_BackUpRequest__Output, _hookgate_v1_BackUpResponse>;
  
  /**
   * CancelDelivery ends a waiting or dead delivery. If it held back others of its order key, the next one becomes due.
   * NOT_FOUND if there is none, FAILED_PRECONDITION in any other state.
   */
  CancelDelivery: grpc.handleUnaryCall<_hookgate_v1_CancelDeliveryRequest__Output, _hookgate_v1_CancelDeliveryResponse>;
  
  /**
   * ChangeSubscription replaces the filter of a subscription that is not in the configuration, for new events.
   * FAILED_PRECONDITION: the configuration decides its filter, or it is no stream, or it is being deleted.
   */
  ChangeSubscription: grpc.handleUnaryCall<_hookgate_v1_ChangeSubscriptionRequest__Output, _hookgate_v1_ChangeSubscriptionResponse>;
  
  /**
   * CreateCopy delivers an event with another body to one subscription, for a try. The copy is an event of its own, flagged
   * "edited", and nothing that its provider sent is ever taken for it. NOT_FOUND: there is no such event or subscription.
   * FAILED_PRECONDITION: the subscription is paused by the configuration or being deleted.
   */
  CreateCopy: grpc.handleUnaryCall<_hookgate_v1_CreateCopyRequest__Output, _hookgate_v1_CreateCopyResponse>;
  
  /**
   * CreateReplay repeats deliveries, or counts what it would repeat. NOT_FOUND: there is no such id or subscription.
   * FAILED_PRECONDITION: its subscription was deleted, or is no longer in the configuration, or nobody wants the event.
   */
  CreateReplay: grpc.handleUnaryCall<_hookgate_v1_CreateReplayRequest__Output, _hookgate_v1_CreateReplayResponse>;
  
  /**
   * DeleteSubscription deletes a subscription that is not in the configuration and cancels what waits for it. It works for
   * some seconds: call it again until done. The dispatcher finishes it in any case. FAILED_PRECONDITION: it is in the configuration.
   */
  DeleteSubscription: grpc.handleUnaryCall<_hookgate_v1_DeleteSubscriptionRequest__Output, _hookgate_v1_DeleteSubscriptionResponse>;
  
  /**
   * EraseSubject deletes the keys of a person, so that nothing that was encrypted about them can be read any more. Every dispatcher
   * has forgotten them when in_force_ms are over. FAILED_PRECONDITION if no source has ever protected anything.
   */
  EraseSubject: grpc.handleUnaryCall<_hookgate_v1_EraseSubjectRequest__Output, _hookgate_v1_EraseSubjectResponse>;
  
  /**
   * Find returns what an id names: one of ours, a provider's id of an event, or the name of a source or a subscription. Nothing if
   * there is none.
   */
  Find: grpc.handleUnaryCall<_hookgate_v1_FindRequest__Output, _hookgate_v1_FindResponse>;
  
  /**
   * FindInBodies looks through the bodies of a source's events for a part of about two seconds; call it again with the token of
   * the answer to look further. It gives way to everything else.
   */
  FindInBodies: grpc.handleUnaryCall<_hookgate_v1_FindInBodiesRequest__Output, _hookgate_v1_FindInBodiesResponse>;
  
  /**
   * GetEvent returns one event with its deliveries and their attempts. NOT_FOUND if there is none.
   */
  GetEvent: grpc.handleUnaryCall<_hookgate_v1_GetEventRequest__Output, _hookgate_v1_GetEventResponse>;
  
  /**
   * GetFailure returns one group, and what changed before it began. NOT_FOUND if there is none.
   */
  GetFailure: grpc.handleUnaryCall<_hookgate_v1_GetFailureRequest__Output, _hookgate_v1_GetFailureResponse>;
  
  /**
   * GetHealth says whether deliveries succeed, and if not, whose fault it is.
   */
  GetHealth: grpc.handleUnaryCall<_hookgate_v1_GetHealthRequest__Output, _hookgate_v1_GetHealthResponse>;
  
  /**
   * GetMetricSeries returns the counts of a window point by point, for charts. It reads counts, never events: a long window costs
   * little more than a short one. INVALID_ARGUMENT for a window or step that is not kept.
   */
  GetMetricSeries: grpc.handleUnaryCall<_hookgate_v1_GetMetricSeriesRequest__Output, _hookgate_v1_GetMetricSeriesResponse>;
  
  /**
   * GetMetrics returns the counts of a window of time.
   */
  GetMetrics: grpc.handleUnaryCall<_hookgate_v1_GetMetricsRequest__Output, _hookgate_v1_GetMetricsResponse>;
  
  /**
   * GetQuarantined returns one whole refused request; credentials are masked. NOT_FOUND if there is none.
   */
  GetQuarantined: grpc.handleUnaryCall<_hookgate_v1_GetQuarantinedRequest__Output, _hookgate_v1_GetQuarantinedResponse>;
  
  /**
   * GetSetup returns clocks, durability settings and limits, for npx hookgate doctor to judge.
   */
  GetSetup: grpc.handleUnaryCall<_hookgate_v1_GetSetupRequest__Output, _hookgate_v1_GetSetupResponse>;
  
  /**
   * ListAudit returns what operators did, newest first, a page at a time.
   */
  ListAudit: grpc.handleUnaryCall<_hookgate_v1_ListAuditRequest__Output, _hookgate_v1_ListAuditResponse>;
  
  /**
   * ListChanges returns what changed in the last 30 days, newest first, a page at a time.
   */
  ListChanges: grpc.handleUnaryCall<_hookgate_v1_ListChangesRequest__Output, _hookgate_v1_ListChangesResponse>;
  
  /**
   * ListEvents returns events, newest first, a page at a time.
   */
  ListEvents: grpc.handleUnaryCall<_hookgate_v1_ListEventsRequest__Output, _hookgate_v1_ListEventsResponse>;
  
  /**
   * ListFailures returns groups of failed attempts that have the same cause, the one that failed last first, a page at a time.
   */
  ListFailures: grpc.handleUnaryCall<_hookgate_v1_ListFailuresRequest__Output, _hookgate_v1_ListFailuresResponse>;
  
  /**
   * ListNotices returns who is told when something is wrong, what they were told, and what they could not be told.
   */
  ListNotices: grpc.handleUnaryCall<_hookgate_v1_ListNoticesRequest__Output, _hookgate_v1_ListNoticesResponse>;
  
  /**
   * ListProposals returns the proposals that are kept, newest first.
   */
  ListProposals: grpc.handleUnaryCall<_hookgate_v1_ListProposalsRequest__Output, _hookgate_v1_ListProposalsResponse>;
  
  /**
   * ListQuarantine returns refused requests, newest first, a page at a time.
   */
  ListQuarantine: grpc.handleUnaryCall<_hookgate_v1_ListQuarantineRequest__Output, _hookgate_v1_ListQuarantineResponse>;
  
  /**
   * ListReplays returns replays, newest first.
   */
  ListReplays: grpc.handleUnaryCall<_hookgate_v1_ListReplaysRequest__Output, _hookgate_v1_ListReplaysResponse>;
  
  /**
   * ListSecrets says which secrets are in use, and which can be removed.
   */
  ListSecrets: grpc.handleUnaryCall<_hookgate_v1_ListSecretsRequest__Output, _hookgate_v1_ListSecretsResponse>;
  
  /**
   * ListSources returns all sources of the configuration: what came of each, how it was answered, whether it has gone quiet, and
   * how patient its provider is with an outage of ours.
   */
  ListSources: grpc.handleUnaryCall<_hookgate_v1_ListSourcesRequest__Output, _hookgate_v1_ListSourcesResponse>;
  
  /**
   * ListStoreProblems looks whether what is stored is whole, a bounded part at a time: the bodies of events, then the events of
   * deliveries.
   */
  ListStoreProblems: grpc.handleUnaryCall<_hookgate_v1_ListStoreProblemsRequest__Output, _hookgate_v1_ListStoreProblemsResponse>;
  
  /**
   * ListSubscriptions returns all of them, with their state.
   */
  ListSubscriptions: grpc.handleUnaryCall<_hookgate_v1_ListSubscriptionsRequest__Output, _hookgate_v1_ListSubscriptionsResponse>;
  
  /**
   * OpenEnrolment accepts a secret from a handshake of a source, for some minutes: from one whose URL has the word that it
   * returns.
   */
  OpenEnrolment: grpc.handleUnaryCall<_hookgate_v1_OpenEnrolmentRequest__Output, _hookgate_v1_OpenEnrolmentResponse>;
  
  /**
   * OpenTrial opens a path for test events for two minutes, with a word and a secret of its own. What arrives there is stored as of
   * the source hookgate-doctor, and no subscription gets it.
   */
  OpenTrial: grpc.handleUnaryCall<_hookgate_v1_OpenTrialRequest__Output, _hookgate_v1_OpenTrialResponse>;
  
  /**
   * PauseSubscription makes its deliveries wait. NOT_FOUND if there is none.
   */
  PauseSubscription: grpc.handleUnaryCall<_hookgate_v1_PauseSubscriptionRequest__Output, _hookgate_v1_PauseSubscriptionResponse>;
  
  /**
   * Propose keeps an action for a person to approve, with what it would do now, and does nothing else. NOT_FOUND: it names what
   * there is not. FAILED_PRECONDITION: it would do nothing, or not be done. RESOURCE_EXHAUSTED: too many proposals wait.
   */
  Propose: grpc.handleUnaryCall<_hookgate_v1_ProposeRequest__Output, _hookgate_v1_ProposeResponse>;
  
  /**
   * RejectProposal ends a proposal: it is not done. NOT_FOUND if there is none, FAILED_PRECONDITION if it does not wait any more.
   */
  RejectProposal: grpc.handleUnaryCall<_hookgate_v1_RejectProposalRequest__Output, _hookgate_v1_RejectProposalResponse>;
  
  /**
   * ResolveFailure says that its cause is gone. It is open again once it fails again. NOT_FOUND if there is none.
   */
  ResolveFailure: grpc.handleUnaryCall<_hookgate_v1_ResolveFailureRequest__Output, _hookgate_v1_ResolveFailureResponse>;
  
  /**
   * ResumeSubscription ends a pause. NOT_FOUND if there is none, FAILED_PRECONDITION if it is not paused, or not in
   * the configuration. A backfill delivers what it missed while its backlog was over its bound.
   */
  ResumeSubscription: grpc.handleUnaryCall<_hookgate_v1_ResumeSubscriptionRequest__Output, _hookgate_v1_ResumeSubscriptionResponse>;
  
  /**
   * RetryDelivery makes a dead or waiting delivery due now, a dead one with a fresh budget of retries. NOT_FOUND if
   * there is none, FAILED_PRECONDITION in any other state.
   */
  RetryDelivery: grpc.handleUnaryCall<_hookgate_v1_RetryDeliveryRequest__Output, _hookgate_v1_RetryDeliveryResponse>;
  
  /**
   * RevokeEnrolment closes the enrolment of a source and forgets the secrets that handshakes delivered.
   */
  RevokeEnrolment: grpc.handleUnaryCall<_hookgate_v1_RevokeEnrolmentRequest__Output, _hookgate_v1_RevokeEnrolmentResponse>;
  
  /**
   * SendTestNotice sends a message to one recipient, or to all, and says what each answered. NOT_FOUND if there is none of that
   * name, FAILED_PRECONDITION if nobody is told.
   */
  SendTestNotice: grpc.handleUnaryCall<_hookgate_v1_SendTestNoticeRequest__Output, _hookgate_v1_SendTestNoticeResponse>;
  
  /**
   * SetReplayState pauses, resumes or cancels a replay. NOT_FOUND if there is none, FAILED_PRECONDITION if it has
   * ended.
   */
  SetReplayState: grpc.handleUnaryCall<_hookgate_v1_SetReplayStateRequest__Output, _hookgate_v1_SetReplayStateResponse>;
  
  /**
   * VerifyQuarantined verifies again, as of the time of receipt, with the current secrets. With release set, requests that
   * verify are stored as events and delivered, each exactly once.
   */
  VerifyQuarantined: grpc.handleUnaryCall<_hookgate_v1_VerifyQuarantinedRequest__Output, _hookgate_v1_VerifyQuarantinedResponse>;
  
}

export interface AdminServiceDefinition extends grpc.ServiceDefinition {
  AcknowledgeFailure: MethodDefinition<_hookgate_v1_AcknowledgeFailureRequest, _hookgate_v1_AcknowledgeFailureResponse, _hookgate_v1_AcknowledgeFailureRequest__Output, _hookgate_v1_AcknowledgeFailureResponse__Output>
  ApproveProposal: MethodDefinition<_hookgate_v1_ApproveProposalRequest, _hookgate_v1_ApproveProposalResponse, _hookgate_v1_ApproveProposalRequest__Output, _hookgate_v1_ApproveProposalResponse__Output>
  BackUp: MethodDefinition<_hookgate_v1_BackUpRequest, _hookgate_v1_BackUpResponse, _hookgate_v1_BackUpRequest__Output, _hookgate_v1_BackUpResponse__Output>
  CancelDelivery: MethodDefinition<_hookgate_v1_CancelDeliveryRequest, _hookgate_v1_CancelDeliveryResponse, _hookgate_v1_CancelDeliveryRequest__Output, _hookgate_v1_CancelDeliveryResponse__Output>
  ChangeSubscription: MethodDefinition<_hookgate_v1_ChangeSubscriptionRequest, _hookgate_v1_ChangeSubscriptionResponse, _hookgate_v1_ChangeSubscriptionRequest__Output, _hookgate_v1_ChangeSubscriptionResponse__Output>
  CreateCopy: MethodDefinition<_hookgate_v1_CreateCopyRequest, _hookgate_v1_CreateCopyResponse, _hookgate_v1_CreateCopyRequest__Output, _hookgate_v1_CreateCopyResponse__Output>
  CreateReplay: MethodDefinition<_hookgate_v1_CreateReplayRequest, _hookgate_v1_CreateReplayResponse, _hookgate_v1_CreateReplayRequest__Output, _hookgate_v1_CreateReplayResponse__Output>
  DeleteSubscription: MethodDefinition<_hookgate_v1_DeleteSubscriptionRequest, _hookgate_v1_DeleteSubscriptionResponse, _hookgate_v1_DeleteSubscriptionRequest__Output, _hookgate_v1_DeleteSubscriptionResponse__Output>
  EraseSubject: MethodDefinition<_hookgate_v1_EraseSubjectRequest, _hookgate_v1_EraseSubjectResponse, _hookgate_v1_EraseSubjectRequest__Output, _hookgate_v1_EraseSubjectResponse__Output>
  Find: MethodDefinition<_hookgate_v1_FindRequest, _hookgate_v1_FindResponse, _hookgate_v1_FindRequest__Output, _hookgate_v1_FindResponse__Output>
  FindInBodies: MethodDefinition<_hookgate_v1_FindInBodiesRequest, _hookgate_v1_FindInBodiesResponse, _hookgate_v1_FindInBodiesRequest__Output, _hookgate_v1_FindInBodiesResponse__Output>
  GetEvent: MethodDefinition<_hookgate_v1_GetEventRequest, _hookgate_v1_GetEventResponse, _hookgate_v1_GetEventRequest__Output, _hookgate_v1_GetEventResponse__Output>
  GetFailure: MethodDefinition<_hookgate_v1_GetFailureRequest, _hookgate_v1_GetFailureResponse, _hookgate_v1_GetFailureRequest__Output, _hookgate_v1_GetFailureResponse__Output>
  GetHealth: MethodDefinition<_hookgate_v1_GetHealthRequest, _hookgate_v1_GetHealthResponse, _hookgate_v1_GetHealthRequest__Output, _hookgate_v1_GetHealthResponse__Output>
  GetMetricSeries: MethodDefinition<_hookgate_v1_GetMetricSeriesRequest, _hookgate_v1_GetMetricSeriesResponse, _hookgate_v1_GetMetricSeriesRequest__Output, _hookgate_v1_GetMetricSeriesResponse__Output>
  GetMetrics: MethodDefinition<_hookgate_v1_GetMetricsRequest, _hookgate_v1_GetMetricsResponse, _hookgate_v1_GetMetricsRequest__Output, _hookgate_v1_GetMetricsResponse__Output>
  GetQuarantined: MethodDefinition<_hookgate_v1_GetQuarantinedRequest, _hookgate_v1_GetQuarantinedResponse, _hookgate_v1_GetQuarantinedRequest__Output, _hookgate_v1_GetQuarantinedResponse__Output>
  GetSetup: MethodDefinition<_hookgate_v1_GetSetupRequest, _hookgate_v1_GetSetupResponse, _hookgate_v1_GetSetupRequest__Output, _hookgate_v1_GetSetupResponse__Output>
  ListAudit: MethodDefinition<_hookgate_v1_ListAuditRequest, _hookgate_v1_ListAuditResponse, _hookgate_v1_ListAuditRequest__Output, _hookgate_v1_ListAuditResponse__Output>
  ListChanges: MethodDefinition<_hookgate_v1_ListChangesRequest, _hookgate_v1_ListChangesResponse, _hookgate_v1_ListChangesRequest__Output, _hookgate_v1_ListChangesResponse__Output>
  ListEvents: MethodDefinition<_hookgate_v1_ListEventsRequest, _hookgate_v1_ListEventsResponse, _hookgate_v1_ListEventsRequest__Output, _hookgate_v1_ListEventsResponse__Output>
  ListFailures: MethodDefinition<_hookgate_v1_ListFailuresRequest, _hookgate_v1_ListFailuresResponse, _hookgate_v1_ListFailuresRequest__Output, _hookgate_v1_ListFailuresResponse__Output>
  ListNotices: MethodDefinition<_hookgate_v1_ListNoticesRequest, _hookgate_v1_ListNoticesResponse, _hookgate_v1_ListNoticesRequest__Output, _hookgate_v1_ListNoticesResponse__Output>
  ListProposals: MethodDefinition<_hookgate_v1_ListProposalsRequest, _hookgate_v1_ListProposalsResponse, _hookgate_v1_ListProposalsRequest__Output, _hookgate_v1_ListProposalsResponse__Output>
  ListQuarantine: MethodDefinition<_hookgate_v1_ListQuarantineRequest, _hookgate_v1_ListQuarantineResponse, _hookgate_v1_ListQuarantineRequest__Output, _hookgate_v1_ListQuarantineResponse__Output>
  ListReplays: MethodDefinition<_hookgate_v1_ListReplaysRequest, _hookgate_v1_ListReplaysResponse, _hookgate_v1_ListReplaysRequest__Output, _hookgate_v1_ListReplaysResponse__Output>
  ListSecrets: MethodDefinition<_hookgate_v1_ListSecretsRequest, _hookgate_v1_ListSecretsResponse, _hookgate_v1_ListSecretsRequest__Output, _hookgate_v1_ListSecretsResponse__Output>
  ListSources: MethodDefinition<_hookgate_v1_ListSourcesRequest, _hookgate_v1_ListSourcesResponse, _hookgate_v1_ListSourcesRequest__Output, _hookgate_v1_ListSourcesResponse__Output>
  ListStoreProblems: MethodDefinition<_hookgate_v1_ListStoreProblemsRequest, _hookgate_v1_ListStoreProblemsResponse, _hookgate_v1_ListStoreProblemsRequest__Output, _hookgate_v1_ListStoreProblemsResponse__Output>
  ListSubscriptions: MethodDefinition<_hookgate_v1_ListSubscriptionsRequest, _hookgate_v1_ListSubscriptionsResponse, _hookgate_v1_ListSubscriptionsRequest__Output, _hookgate_v1_ListSubscriptionsResponse__Output>
  OpenEnrolment: MethodDefinition<_hookgate_v1_OpenEnrolmentRequest, _hookgate_v1_OpenEnrolmentResponse, _hookgate_v1_OpenEnrolmentRequest__Output, _hookgate_v1_OpenEnrolmentResponse__Output>
  OpenTrial: MethodDefinition<_hookgate_v1_OpenTrialRequest, _hookgate_v1_OpenTrialResponse, _hookgate_v1_OpenTrialRequest__Output, _hookgate_v1_OpenTrialResponse__Output>
  PauseSubscription: MethodDefinition<_hookgate_v1_PauseSubscriptionRequest, _hookgate_v1_PauseSubscriptionResponse, _hookgate_v1_PauseSubscriptionRequest__Output, _hookgate_v1_PauseSubscriptionResponse__Output>
  Propose: MethodDefinition<_hookgate_v1_ProposeRequest, _hookgate_v1_ProposeResponse, _hookgate_v1_ProposeRequest__Output, _hookgate_v1_ProposeResponse__Output>
  RejectProposal: MethodDefinition<_hookgate_v1_RejectProposalRequest, _hookgate_v1_RejectProposalResponse, _hookgate_v1_RejectProposalRequest__Output, _hookgate_v1_RejectProposalResponse__Output>
  ResolveFailure: MethodDefinition<_hookgate_v1_ResolveFailureRequest, _hookgate_v1_ResolveFailureResponse, _hookgate_v1_ResolveFailureRequest__Output, _hookgate_v1_ResolveFailureResponse__Output>
  ResumeSubscription: MethodDefinition<_hookgate_v1_ResumeSubscriptionRequest, _hookgate_v1_ResumeSubscriptionResponse, _hookgate_v1_ResumeSubscriptionRequest__Output, _hookgate_v1_ResumeSubscriptionResponse__Output>
  RetryDelivery: MethodDefinition<_hookgate_v1_RetryDeliveryRequest, _hookgate_v1_RetryDeliveryResponse, _hookgate_v1_RetryDeliveryRequest__Output, _hookgate_v1_RetryDeliveryResponse__Output>
  RevokeEnrolment: MethodDefinition<_hookgate_v1_RevokeEnrolmentRequest, _hookgate_v1_RevokeEnrolmentResponse, _hookgate_v1_RevokeEnrolmentRequest__Output, _hookgate_v1_RevokeEnrolmentResponse__Output>
  SendTestNotice: MethodDefinition<_hookgate_v1_SendTestNoticeRequest, _hookgate_v1_SendTestNoticeResponse, _hookgate_v1_SendTestNoticeRequest__Output, _hookgate_v1_SendTestNoticeResponse__Output>
  SetReplayState: MethodDefinition<_hookgate_v1_SetReplayStateRequest, _hookgate_v1_SetReplayStateResponse, _hookgate_v1_SetReplayStateRequest__Output, _hookgate_v1_SetReplayStateResponse__Output>
  VerifyQuarantined: MethodDefinition<_hookgate_v1_VerifyQuarantinedRequest, _hookgate_v1_VerifyQuarantinedResponse, _hookgate_v1_VerifyQuarantinedRequest__Output, _hookgate_v1_VerifyQuarantinedResponse__Output>
}
