import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AcknowledgeFailureRequest as _hookgate_v1_AcknowledgeFailureRequest, AcknowledgeFailureRequest__Output as _hookgate_v1_AcknowledgeFailureRequest__Output } from './hookgate/v1/AcknowledgeFailureRequest.ts';
import type { AcknowledgeFailureResponse as _hookgate_v1_AcknowledgeFailureResponse, AcknowledgeFailureResponse__Output as _hookgate_v1_AcknowledgeFailureResponse__Output } from './hookgate/v1/AcknowledgeFailureResponse.ts';
import type { AdminServiceClient as _hookgate_v1_AdminServiceClient, AdminServiceDefinition as _hookgate_v1_AdminServiceDefinition } from './hookgate/v1/AdminService.ts';
import type { ApproveProposalRequest as _hookgate_v1_ApproveProposalRequest, ApproveProposalRequest__Output as _hookgate_v1_ApproveProposalRequest__Output } from './hookgate/v1/ApproveProposalRequest.ts';
import type { ApproveProposalResponse as _hookgate_v1_ApproveProposalResponse, ApproveProposalResponse__Output as _hookgate_v1_ApproveProposalResponse__Output } from './hookgate/v1/ApproveProposalResponse.ts';
import type { Attempt as _hookgate_v1_Attempt, Attempt__Output as _hookgate_v1_Attempt__Output } from './hookgate/v1/Attempt.ts';
import type { AttemptResponse as _hookgate_v1_AttemptResponse, AttemptResponse__Output as _hookgate_v1_AttemptResponse__Output } from './hookgate/v1/AttemptResponse.ts';
import type { AuditRecord as _hookgate_v1_AuditRecord, AuditRecord__Output as _hookgate_v1_AuditRecord__Output } from './hookgate/v1/AuditRecord.ts';
import type { BackUpRequest as _hookgate_v1_BackUpRequest, BackUpRequest__Output as _hookgate_v1_BackUpRequest__Output } from './hookgate/v1/BackUpRequest.ts';
import type { BackUpResponse as _hookgate_v1_BackUpResponse, BackUpResponse__Output as _hookgate_v1_BackUpResponse__Output } from './hookgate/v1/BackUpResponse.ts';
import type { BodyField as _hookgate_v1_BodyField, BodyField__Output as _hookgate_v1_BodyField__Output } from './hookgate/v1/BodyField.ts';
import type { CancelDeliveryRequest as _hookgate_v1_CancelDeliveryRequest, CancelDeliveryRequest__Output as _hookgate_v1_CancelDeliveryRequest__Output } from './hookgate/v1/CancelDeliveryRequest.ts';
import type { CancelDeliveryResponse as _hookgate_v1_CancelDeliveryResponse, CancelDeliveryResponse__Output as _hookgate_v1_CancelDeliveryResponse__Output } from './hookgate/v1/CancelDeliveryResponse.ts';
import type { Change as _hookgate_v1_Change, Change__Output as _hookgate_v1_Change__Output } from './hookgate/v1/Change.ts';
import type { ChangeSubscriptionRequest as _hookgate_v1_ChangeSubscriptionRequest, ChangeSubscriptionRequest__Output as _hookgate_v1_ChangeSubscriptionRequest__Output } from './hookgate/v1/ChangeSubscriptionRequest.ts';
import type { ChangeSubscriptionResponse as _hookgate_v1_ChangeSubscriptionResponse, ChangeSubscriptionResponse__Output as _hookgate_v1_ChangeSubscriptionResponse__Output } from './hookgate/v1/ChangeSubscriptionResponse.ts';
import type { CreateCopyRequest as _hookgate_v1_CreateCopyRequest, CreateCopyRequest__Output as _hookgate_v1_CreateCopyRequest__Output } from './hookgate/v1/CreateCopyRequest.ts';
import type { CreateCopyResponse as _hookgate_v1_CreateCopyResponse, CreateCopyResponse__Output as _hookgate_v1_CreateCopyResponse__Output } from './hookgate/v1/CreateCopyResponse.ts';
import type { CreateReplayRequest as _hookgate_v1_CreateReplayRequest, CreateReplayRequest__Output as _hookgate_v1_CreateReplayRequest__Output } from './hookgate/v1/CreateReplayRequest.ts';
import type { CreateReplayResponse as _hookgate_v1_CreateReplayResponse, CreateReplayResponse__Output as _hookgate_v1_CreateReplayResponse__Output } from './hookgate/v1/CreateReplayResponse.ts';
import type { DeleteSubscriptionRequest as _hookgate_v1_DeleteSubscriptionRequest, DeleteSubscriptionRequest__Output as _hookgate_v1_DeleteSubscriptionRequest__Output } from './hookgate/v1/DeleteSubscriptionRequest.ts';
import type { DeleteSubscriptionResponse as _hookgate_v1_DeleteSubscriptionResponse, DeleteSubscriptionResponse__Output as _hookgate_v1_DeleteSubscriptionResponse__Output } from './hookgate/v1/DeleteSubscriptionResponse.ts';
import type { Delivery as _hookgate_v1_Delivery, Delivery__Output as _hookgate_v1_Delivery__Output } from './hookgate/v1/Delivery.ts';
import type { DeliveryOrder as _hookgate_v1_DeliveryOrder, DeliveryOrder__Output as _hookgate_v1_DeliveryOrder__Output } from './hookgate/v1/DeliveryOrder.ts';
import type { DurabilityFact as _hookgate_v1_DurabilityFact, DurabilityFact__Output as _hookgate_v1_DurabilityFact__Output } from './hookgate/v1/DurabilityFact.ts';
import type { EraseSubjectRequest as _hookgate_v1_EraseSubjectRequest, EraseSubjectRequest__Output as _hookgate_v1_EraseSubjectRequest__Output } from './hookgate/v1/EraseSubjectRequest.ts';
import type { EraseSubjectResponse as _hookgate_v1_EraseSubjectResponse, EraseSubjectResponse__Output as _hookgate_v1_EraseSubjectResponse__Output } from './hookgate/v1/EraseSubjectResponse.ts';
import type { Event as _hookgate_v1_Event, Event__Output as _hookgate_v1_Event__Output } from './hookgate/v1/Event.ts';
import type { EventSummary as _hookgate_v1_EventSummary, EventSummary__Output as _hookgate_v1_EventSummary__Output } from './hookgate/v1/EventSummary.ts';
import type { FailureGroup as _hookgate_v1_FailureGroup, FailureGroup__Output as _hookgate_v1_FailureGroup__Output } from './hookgate/v1/FailureGroup.ts';
import type { Fault as _hookgate_v1_Fault, Fault__Output as _hookgate_v1_Fault__Output } from './hookgate/v1/Fault.ts';
import type { FindInBodiesRequest as _hookgate_v1_FindInBodiesRequest, FindInBodiesRequest__Output as _hookgate_v1_FindInBodiesRequest__Output } from './hookgate/v1/FindInBodiesRequest.ts';
import type { FindInBodiesResponse as _hookgate_v1_FindInBodiesResponse, FindInBodiesResponse__Output as _hookgate_v1_FindInBodiesResponse__Output } from './hookgate/v1/FindInBodiesResponse.ts';
import type { FindRequest as _hookgate_v1_FindRequest, FindRequest__Output as _hookgate_v1_FindRequest__Output } from './hookgate/v1/FindRequest.ts';
import type { FindResponse as _hookgate_v1_FindResponse, FindResponse__Output as _hookgate_v1_FindResponse__Output } from './hookgate/v1/FindResponse.ts';
import type { Found as _hookgate_v1_Found, Found__Output as _hookgate_v1_Found__Output } from './hookgate/v1/Found.ts';
import type { GetEventRequest as _hookgate_v1_GetEventRequest, GetEventRequest__Output as _hookgate_v1_GetEventRequest__Output } from './hookgate/v1/GetEventRequest.ts';
import type { GetEventResponse as _hookgate_v1_GetEventResponse, GetEventResponse__Output as _hookgate_v1_GetEventResponse__Output } from './hookgate/v1/GetEventResponse.ts';
import type { GetFailureRequest as _hookgate_v1_GetFailureRequest, GetFailureRequest__Output as _hookgate_v1_GetFailureRequest__Output } from './hookgate/v1/GetFailureRequest.ts';
import type { GetFailureResponse as _hookgate_v1_GetFailureResponse, GetFailureResponse__Output as _hookgate_v1_GetFailureResponse__Output } from './hookgate/v1/GetFailureResponse.ts';
import type { GetHealthRequest as _hookgate_v1_GetHealthRequest, GetHealthRequest__Output as _hookgate_v1_GetHealthRequest__Output } from './hookgate/v1/GetHealthRequest.ts';
import type { GetHealthResponse as _hookgate_v1_GetHealthResponse, GetHealthResponse__Output as _hookgate_v1_GetHealthResponse__Output } from './hookgate/v1/GetHealthResponse.ts';
import type { GetMetricSeriesRequest as _hookgate_v1_GetMetricSeriesRequest, GetMetricSeriesRequest__Output as _hookgate_v1_GetMetricSeriesRequest__Output } from './hookgate/v1/GetMetricSeriesRequest.ts';
import type { GetMetricSeriesResponse as _hookgate_v1_GetMetricSeriesResponse, GetMetricSeriesResponse__Output as _hookgate_v1_GetMetricSeriesResponse__Output } from './hookgate/v1/GetMetricSeriesResponse.ts';
import type { GetMetricsRequest as _hookgate_v1_GetMetricsRequest, GetMetricsRequest__Output as _hookgate_v1_GetMetricsRequest__Output } from './hookgate/v1/GetMetricsRequest.ts';
import type { GetMetricsResponse as _hookgate_v1_GetMetricsResponse, GetMetricsResponse__Output as _hookgate_v1_GetMetricsResponse__Output } from './hookgate/v1/GetMetricsResponse.ts';
import type { GetQuarantinedRequest as _hookgate_v1_GetQuarantinedRequest, GetQuarantinedRequest__Output as _hookgate_v1_GetQuarantinedRequest__Output } from './hookgate/v1/GetQuarantinedRequest.ts';
import type { GetQuarantinedResponse as _hookgate_v1_GetQuarantinedResponse, GetQuarantinedResponse__Output as _hookgate_v1_GetQuarantinedResponse__Output } from './hookgate/v1/GetQuarantinedResponse.ts';
import type { GetSetupRequest as _hookgate_v1_GetSetupRequest, GetSetupRequest__Output as _hookgate_v1_GetSetupRequest__Output } from './hookgate/v1/GetSetupRequest.ts';
import type { GetSetupResponse as _hookgate_v1_GetSetupResponse, GetSetupResponse__Output as _hookgate_v1_GetSetupResponse__Output } from './hookgate/v1/GetSetupResponse.ts';
import type { HandshakeSeen as _hookgate_v1_HandshakeSeen, HandshakeSeen__Output as _hookgate_v1_HandshakeSeen__Output } from './hookgate/v1/HandshakeSeen.ts';
import type { ListAuditRequest as _hookgate_v1_ListAuditRequest, ListAuditRequest__Output as _hookgate_v1_ListAuditRequest__Output } from './hookgate/v1/ListAuditRequest.ts';
import type { ListAuditResponse as _hookgate_v1_ListAuditResponse, ListAuditResponse__Output as _hookgate_v1_ListAuditResponse__Output } from './hookgate/v1/ListAuditResponse.ts';
import type { ListChangesRequest as _hookgate_v1_ListChangesRequest, ListChangesRequest__Output as _hookgate_v1_ListChangesRequest__Output } from './hookgate/v1/ListChangesRequest.ts';
import type { ListChangesResponse as _hookgate_v1_ListChangesResponse, ListChangesResponse__Output as _hookgate_v1_ListChangesResponse__Output } from './hookgate/v1/ListChangesResponse.ts';
import type { ListEventsRequest as _hookgate_v1_ListEventsRequest, ListEventsRequest__Output as _hookgate_v1_ListEventsRequest__Output } from './hookgate/v1/ListEventsRequest.ts';
import type { ListEventsResponse as _hookgate_v1_ListEventsResponse, ListEventsResponse__Output as _hookgate_v1_ListEventsResponse__Output } from './hookgate/v1/ListEventsResponse.ts';
import type { ListFailuresRequest as _hookgate_v1_ListFailuresRequest, ListFailuresRequest__Output as _hookgate_v1_ListFailuresRequest__Output } from './hookgate/v1/ListFailuresRequest.ts';
import type { ListFailuresResponse as _hookgate_v1_ListFailuresResponse, ListFailuresResponse__Output as _hookgate_v1_ListFailuresResponse__Output } from './hookgate/v1/ListFailuresResponse.ts';
import type { ListNoticesRequest as _hookgate_v1_ListNoticesRequest, ListNoticesRequest__Output as _hookgate_v1_ListNoticesRequest__Output } from './hookgate/v1/ListNoticesRequest.ts';
import type { ListNoticesResponse as _hookgate_v1_ListNoticesResponse, ListNoticesResponse__Output as _hookgate_v1_ListNoticesResponse__Output } from './hookgate/v1/ListNoticesResponse.ts';
import type { ListProposalsRequest as _hookgate_v1_ListProposalsRequest, ListProposalsRequest__Output as _hookgate_v1_ListProposalsRequest__Output } from './hookgate/v1/ListProposalsRequest.ts';
import type { ListProposalsResponse as _hookgate_v1_ListProposalsResponse, ListProposalsResponse__Output as _hookgate_v1_ListProposalsResponse__Output } from './hookgate/v1/ListProposalsResponse.ts';
import type { ListQuarantineRequest as _hookgate_v1_ListQuarantineRequest, ListQuarantineRequest__Output as _hookgate_v1_ListQuarantineRequest__Output } from './hookgate/v1/ListQuarantineRequest.ts';
import type { ListQuarantineResponse as _hookgate_v1_ListQuarantineResponse, ListQuarantineResponse__Output as _hookgate_v1_ListQuarantineResponse__Output } from './hookgate/v1/ListQuarantineResponse.ts';
import type { ListReplaysRequest as _hookgate_v1_ListReplaysRequest, ListReplaysRequest__Output as _hookgate_v1_ListReplaysRequest__Output } from './hookgate/v1/ListReplaysRequest.ts';
import type { ListReplaysResponse as _hookgate_v1_ListReplaysResponse, ListReplaysResponse__Output as _hookgate_v1_ListReplaysResponse__Output } from './hookgate/v1/ListReplaysResponse.ts';
import type { ListSecretsRequest as _hookgate_v1_ListSecretsRequest, ListSecretsRequest__Output as _hookgate_v1_ListSecretsRequest__Output } from './hookgate/v1/ListSecretsRequest.ts';
import type { ListSecretsResponse as _hookgate_v1_ListSecretsResponse, ListSecretsResponse__Output as _hookgate_v1_ListSecretsResponse__Output } from './hookgate/v1/ListSecretsResponse.ts';
import type { ListSourcesRequest as _hookgate_v1_ListSourcesRequest, ListSourcesRequest__Output as _hookgate_v1_ListSourcesRequest__Output } from './hookgate/v1/ListSourcesRequest.ts';
import type { ListSourcesResponse as _hookgate_v1_ListSourcesResponse, ListSourcesResponse__Output as _hookgate_v1_ListSourcesResponse__Output } from './hookgate/v1/ListSourcesResponse.ts';
import type { ListStoreProblemsRequest as _hookgate_v1_ListStoreProblemsRequest, ListStoreProblemsRequest__Output as _hookgate_v1_ListStoreProblemsRequest__Output } from './hookgate/v1/ListStoreProblemsRequest.ts';
import type { ListStoreProblemsResponse as _hookgate_v1_ListStoreProblemsResponse, ListStoreProblemsResponse__Output as _hookgate_v1_ListStoreProblemsResponse__Output } from './hookgate/v1/ListStoreProblemsResponse.ts';
import type { ListSubscriptionsRequest as _hookgate_v1_ListSubscriptionsRequest, ListSubscriptionsRequest__Output as _hookgate_v1_ListSubscriptionsRequest__Output } from './hookgate/v1/ListSubscriptionsRequest.ts';
import type { ListSubscriptionsResponse as _hookgate_v1_ListSubscriptionsResponse, ListSubscriptionsResponse__Output as _hookgate_v1_ListSubscriptionsResponse__Output } from './hookgate/v1/ListSubscriptionsResponse.ts';
import type { MetricPoint as _hookgate_v1_MetricPoint, MetricPoint__Output as _hookgate_v1_MetricPoint__Output } from './hookgate/v1/MetricPoint.ts';
import type { MetricSeries as _hookgate_v1_MetricSeries, MetricSeries__Output as _hookgate_v1_MetricSeries__Output } from './hookgate/v1/MetricSeries.ts';
import type { Notice as _hookgate_v1_Notice, Notice__Output as _hookgate_v1_Notice__Output } from './hookgate/v1/Notice.ts';
import type { OpenEnrolmentRequest as _hookgate_v1_OpenEnrolmentRequest, OpenEnrolmentRequest__Output as _hookgate_v1_OpenEnrolmentRequest__Output } from './hookgate/v1/OpenEnrolmentRequest.ts';
import type { OpenEnrolmentResponse as _hookgate_v1_OpenEnrolmentResponse, OpenEnrolmentResponse__Output as _hookgate_v1_OpenEnrolmentResponse__Output } from './hookgate/v1/OpenEnrolmentResponse.ts';
import type { OpenTrialRequest as _hookgate_v1_OpenTrialRequest, OpenTrialRequest__Output as _hookgate_v1_OpenTrialRequest__Output } from './hookgate/v1/OpenTrialRequest.ts';
import type { OpenTrialResponse as _hookgate_v1_OpenTrialResponse, OpenTrialResponse__Output as _hookgate_v1_OpenTrialResponse__Output } from './hookgate/v1/OpenTrialResponse.ts';
import type { Patience as _hookgate_v1_Patience, Patience__Output as _hookgate_v1_Patience__Output } from './hookgate/v1/Patience.ts';
import type { PauseSubscriptionRequest as _hookgate_v1_PauseSubscriptionRequest, PauseSubscriptionRequest__Output as _hookgate_v1_PauseSubscriptionRequest__Output } from './hookgate/v1/PauseSubscriptionRequest.ts';
import type { PauseSubscriptionResponse as _hookgate_v1_PauseSubscriptionResponse, PauseSubscriptionResponse__Output as _hookgate_v1_PauseSubscriptionResponse__Output } from './hookgate/v1/PauseSubscriptionResponse.ts';
import type { Proposal as _hookgate_v1_Proposal, Proposal__Output as _hookgate_v1_Proposal__Output } from './hookgate/v1/Proposal.ts';
import type { ProposeRequest as _hookgate_v1_ProposeRequest, ProposeRequest__Output as _hookgate_v1_ProposeRequest__Output } from './hookgate/v1/ProposeRequest.ts';
import type { ProposeResponse as _hookgate_v1_ProposeResponse, ProposeResponse__Output as _hookgate_v1_ProposeResponse__Output } from './hookgate/v1/ProposeResponse.ts';
import type { ProposedAction as _hookgate_v1_ProposedAction, ProposedAction__Output as _hookgate_v1_ProposedAction__Output } from './hookgate/v1/ProposedAction.ts';
import type { ProposedPause as _hookgate_v1_ProposedPause, ProposedPause__Output as _hookgate_v1_ProposedPause__Output } from './hookgate/v1/ProposedPause.ts';
import type { ProposedRelease as _hookgate_v1_ProposedRelease, ProposedRelease__Output as _hookgate_v1_ProposedRelease__Output } from './hookgate/v1/ProposedRelease.ts';
import type { ProposedReplay as _hookgate_v1_ProposedReplay, ProposedReplay__Output as _hookgate_v1_ProposedReplay__Output } from './hookgate/v1/ProposedReplay.ts';
import type { PublicUrl as _hookgate_v1_PublicUrl, PublicUrl__Output as _hookgate_v1_PublicUrl__Output } from './hookgate/v1/PublicUrl.ts';
import type { QuarantinedRequest as _hookgate_v1_QuarantinedRequest, QuarantinedRequest__Output as _hookgate_v1_QuarantinedRequest__Output } from './hookgate/v1/QuarantinedRequest.ts';
import type { Recipient as _hookgate_v1_Recipient, Recipient__Output as _hookgate_v1_Recipient__Output } from './hookgate/v1/Recipient.ts';
import type { RecurringHandshake as _hookgate_v1_RecurringHandshake, RecurringHandshake__Output as _hookgate_v1_RecurringHandshake__Output } from './hookgate/v1/RecurringHandshake.ts';
import type { RejectProposalRequest as _hookgate_v1_RejectProposalRequest, RejectProposalRequest__Output as _hookgate_v1_RejectProposalRequest__Output } from './hookgate/v1/RejectProposalRequest.ts';
import type { RejectProposalResponse as _hookgate_v1_RejectProposalResponse, RejectProposalResponse__Output as _hookgate_v1_RejectProposalResponse__Output } from './hookgate/v1/RejectProposalResponse.ts';
import type { Replay as _hookgate_v1_Replay, Replay__Output as _hookgate_v1_Replay__Output } from './hookgate/v1/Replay.ts';
import type { ReplayCount as _hookgate_v1_ReplayCount, ReplayCount__Output as _hookgate_v1_ReplayCount__Output } from './hookgate/v1/ReplayCount.ts';
import type { ReplayFilter as _hookgate_v1_ReplayFilter, ReplayFilter__Output as _hookgate_v1_ReplayFilter__Output } from './hookgate/v1/ReplayFilter.ts';
import type { ResolveFailureRequest as _hookgate_v1_ResolveFailureRequest, ResolveFailureRequest__Output as _hookgate_v1_ResolveFailureRequest__Output } from './hookgate/v1/ResolveFailureRequest.ts';
import type { ResolveFailureResponse as _hookgate_v1_ResolveFailureResponse, ResolveFailureResponse__Output as _hookgate_v1_ResolveFailureResponse__Output } from './hookgate/v1/ResolveFailureResponse.ts';
import type { ResumeSubscriptionRequest as _hookgate_v1_ResumeSubscriptionRequest, ResumeSubscriptionRequest__Output as _hookgate_v1_ResumeSubscriptionRequest__Output } from './hookgate/v1/ResumeSubscriptionRequest.ts';
import type { ResumeSubscriptionResponse as _hookgate_v1_ResumeSubscriptionResponse, ResumeSubscriptionResponse__Output as _hookgate_v1_ResumeSubscriptionResponse__Output } from './hookgate/v1/ResumeSubscriptionResponse.ts';
import type { RetryDeliveryRequest as _hookgate_v1_RetryDeliveryRequest, RetryDeliveryRequest__Output as _hookgate_v1_RetryDeliveryRequest__Output } from './hookgate/v1/RetryDeliveryRequest.ts';
import type { RetryDeliveryResponse as _hookgate_v1_RetryDeliveryResponse, RetryDeliveryResponse__Output as _hookgate_v1_RetryDeliveryResponse__Output } from './hookgate/v1/RetryDeliveryResponse.ts';
import type { RevokeEnrolmentRequest as _hookgate_v1_RevokeEnrolmentRequest, RevokeEnrolmentRequest__Output as _hookgate_v1_RevokeEnrolmentRequest__Output } from './hookgate/v1/RevokeEnrolmentRequest.ts';
import type { RevokeEnrolmentResponse as _hookgate_v1_RevokeEnrolmentResponse, RevokeEnrolmentResponse__Output as _hookgate_v1_RevokeEnrolmentResponse__Output } from './hookgate/v1/RevokeEnrolmentResponse.ts';
import type { SecretStatus as _hookgate_v1_SecretStatus, SecretStatus__Output as _hookgate_v1_SecretStatus__Output } from './hookgate/v1/SecretStatus.ts';
import type { SecretUse as _hookgate_v1_SecretUse, SecretUse__Output as _hookgate_v1_SecretUse__Output } from './hookgate/v1/SecretUse.ts';
import type { SendTestNoticeRequest as _hookgate_v1_SendTestNoticeRequest, SendTestNoticeRequest__Output as _hookgate_v1_SendTestNoticeRequest__Output } from './hookgate/v1/SendTestNoticeRequest.ts';
import type { SendTestNoticeResponse as _hookgate_v1_SendTestNoticeResponse, SendTestNoticeResponse__Output as _hookgate_v1_SendTestNoticeResponse__Output } from './hookgate/v1/SendTestNoticeResponse.ts';
import type { SetReplayStateRequest as _hookgate_v1_SetReplayStateRequest, SetReplayStateRequest__Output as _hookgate_v1_SetReplayStateRequest__Output } from './hookgate/v1/SetReplayStateRequest.ts';
import type { SetReplayStateResponse as _hookgate_v1_SetReplayStateResponse, SetReplayStateResponse__Output as _hookgate_v1_SetReplayStateResponse__Output } from './hookgate/v1/SetReplayStateResponse.ts';
import type { Silence as _hookgate_v1_Silence, Silence__Output as _hookgate_v1_Silence__Output } from './hookgate/v1/Silence.ts';
import type { Skipped as _hookgate_v1_Skipped, Skipped__Output as _hookgate_v1_Skipped__Output } from './hookgate/v1/Skipped.ts';
import type { SourceStatus as _hookgate_v1_SourceStatus, SourceStatus__Output as _hookgate_v1_SourceStatus__Output } from './hookgate/v1/SourceStatus.ts';
import type { SubjectKey as _hookgate_v1_SubjectKey, SubjectKey__Output as _hookgate_v1_SubjectKey__Output } from './hookgate/v1/SubjectKey.ts';
import type { SubscriptionPause as _hookgate_v1_SubscriptionPause, SubscriptionPause__Output as _hookgate_v1_SubscriptionPause__Output } from './hookgate/v1/SubscriptionPause.ts';
import type { SubscriptionStatus as _hookgate_v1_SubscriptionStatus, SubscriptionStatus__Output as _hookgate_v1_SubscriptionStatus__Output } from './hookgate/v1/SubscriptionStatus.ts';
import type { TestNoticeResult as _hookgate_v1_TestNoticeResult, TestNoticeResult__Output as _hookgate_v1_TestNoticeResult__Output } from './hookgate/v1/TestNoticeResult.ts';
import type { Times as _hookgate_v1_Times, Times__Output as _hookgate_v1_Times__Output } from './hookgate/v1/Times.ts';
import type { VerifyQuarantinedRequest as _hookgate_v1_VerifyQuarantinedRequest, VerifyQuarantinedRequest__Output as _hookgate_v1_VerifyQuarantinedRequest__Output } from './hookgate/v1/VerifyQuarantinedRequest.ts';
import type { VerifyQuarantinedResponse as _hookgate_v1_VerifyQuarantinedResponse, VerifyQuarantinedResponse__Output as _hookgate_v1_VerifyQuarantinedResponse__Output } from './hookgate/v1/VerifyQuarantinedResponse.ts';
import type { VerifyQuarantinedResult as _hookgate_v1_VerifyQuarantinedResult, VerifyQuarantinedResult__Output as _hookgate_v1_VerifyQuarantinedResult__Output } from './hookgate/v1/VerifyQuarantinedResult.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hookgate: {
    v1: {
      AcknowledgeFailureRequest: MessageTypeDefinition<_hookgate_v1_AcknowledgeFailureRequest, _hookgate_v1_AcknowledgeFailureRequest__Output>
      AcknowledgeFailureResponse: MessageTypeDefinition<_hookgate_v1_AcknowledgeFailureResponse, _hookgate_v1_AcknowledgeFailureResponse__Output>
      /**
       * AdminService is for operators: what happened, and what to do about it. Calls named Get…, List… and Find… change nothing and
       * need the scope "view" or "admin"; Propose needs "propose" or "admin"; all others need "admin", but DeleteSubscription is also for
       * whoever may subscribe to that name, if a subscriber has opened it.
       */
      AdminService: SubtypeConstructor<typeof grpc.Client, _hookgate_v1_AdminServiceClient> & { service: _hookgate_v1_AdminServiceDefinition }
      ApproveProposalRequest: MessageTypeDefinition<_hookgate_v1_ApproveProposalRequest, _hookgate_v1_ApproveProposalRequest__Output>
      ApproveProposalResponse: MessageTypeDefinition<_hookgate_v1_ApproveProposalResponse, _hookgate_v1_ApproveProposalResponse__Output>
      Attempt: MessageTypeDefinition<_hookgate_v1_Attempt, _hookgate_v1_Attempt__Output>
      AttemptOutcome: EnumTypeDefinition
      AttemptResponse: MessageTypeDefinition<_hookgate_v1_AttemptResponse, _hookgate_v1_AttemptResponse__Output>
      AuditRecord: MessageTypeDefinition<_hookgate_v1_AuditRecord, _hookgate_v1_AuditRecord__Output>
      BackUpRequest: MessageTypeDefinition<_hookgate_v1_BackUpRequest, _hookgate_v1_BackUpRequest__Output>
      BackUpResponse: MessageTypeDefinition<_hookgate_v1_BackUpResponse, _hookgate_v1_BackUpResponse__Output>
      BodyField: MessageTypeDefinition<_hookgate_v1_BodyField, _hookgate_v1_BodyField__Output>
      CancelDeliveryRequest: MessageTypeDefinition<_hookgate_v1_CancelDeliveryRequest, _hookgate_v1_CancelDeliveryRequest__Output>
      CancelDeliveryResponse: MessageTypeDefinition<_hookgate_v1_CancelDeliveryResponse, _hookgate_v1_CancelDeliveryResponse__Output>
      Change: MessageTypeDefinition<_hookgate_v1_Change, _hookgate_v1_Change__Output>
      ChangeSubscriptionRequest: MessageTypeDefinition<_hookgate_v1_ChangeSubscriptionRequest, _hookgate_v1_ChangeSubscriptionRequest__Output>
      ChangeSubscriptionResponse: MessageTypeDefinition<_hookgate_v1_ChangeSubscriptionResponse, _hookgate_v1_ChangeSubscriptionResponse__Output>
      CreateCopyRequest: MessageTypeDefinition<_hookgate_v1_CreateCopyRequest, _hookgate_v1_CreateCopyRequest__Output>
      CreateCopyResponse: MessageTypeDefinition<_hookgate_v1_CreateCopyResponse, _hookgate_v1_CreateCopyResponse__Output>
      CreateReplayRequest: MessageTypeDefinition<_hookgate_v1_CreateReplayRequest, _hookgate_v1_CreateReplayRequest__Output>
      CreateReplayResponse: MessageTypeDefinition<_hookgate_v1_CreateReplayResponse, _hookgate_v1_CreateReplayResponse__Output>
      DeleteSubscriptionRequest: MessageTypeDefinition<_hookgate_v1_DeleteSubscriptionRequest, _hookgate_v1_DeleteSubscriptionRequest__Output>
      DeleteSubscriptionResponse: MessageTypeDefinition<_hookgate_v1_DeleteSubscriptionResponse, _hookgate_v1_DeleteSubscriptionResponse__Output>
      Delivery: MessageTypeDefinition<_hookgate_v1_Delivery, _hookgate_v1_Delivery__Output>
      DeliveryOrder: MessageTypeDefinition<_hookgate_v1_DeliveryOrder, _hookgate_v1_DeliveryOrder__Output>
      DeliveryState: EnumTypeDefinition
      DurabilityFact: MessageTypeDefinition<_hookgate_v1_DurabilityFact, _hookgate_v1_DurabilityFact__Output>
      EraseSubjectRequest: MessageTypeDefinition<_hookgate_v1_EraseSubjectRequest, _hookgate_v1_EraseSubjectRequest__Output>
      EraseSubjectResponse: MessageTypeDefinition<_hookgate_v1_EraseSubjectResponse, _hookgate_v1_EraseSubjectResponse__Output>
      Event: MessageTypeDefinition<_hookgate_v1_Event, _hookgate_v1_Event__Output>
      EventSummary: MessageTypeDefinition<_hookgate_v1_EventSummary, _hookgate_v1_EventSummary__Output>
      FailureGroup: MessageTypeDefinition<_hookgate_v1_FailureGroup, _hookgate_v1_FailureGroup__Output>
      Fault: MessageTypeDefinition<_hookgate_v1_Fault, _hookgate_v1_Fault__Output>
      FindInBodiesRequest: MessageTypeDefinition<_hookgate_v1_FindInBodiesRequest, _hookgate_v1_FindInBodiesRequest__Output>
      FindInBodiesResponse: MessageTypeDefinition<_hookgate_v1_FindInBodiesResponse, _hookgate_v1_FindInBodiesResponse__Output>
      FindRequest: MessageTypeDefinition<_hookgate_v1_FindRequest, _hookgate_v1_FindRequest__Output>
      FindResponse: MessageTypeDefinition<_hookgate_v1_FindResponse, _hookgate_v1_FindResponse__Output>
      Found: MessageTypeDefinition<_hookgate_v1_Found, _hookgate_v1_Found__Output>
      GetEventRequest: MessageTypeDefinition<_hookgate_v1_GetEventRequest, _hookgate_v1_GetEventRequest__Output>
      GetEventResponse: MessageTypeDefinition<_hookgate_v1_GetEventResponse, _hookgate_v1_GetEventResponse__Output>
      GetFailureRequest: MessageTypeDefinition<_hookgate_v1_GetFailureRequest, _hookgate_v1_GetFailureRequest__Output>
      GetFailureResponse: MessageTypeDefinition<_hookgate_v1_GetFailureResponse, _hookgate_v1_GetFailureResponse__Output>
      GetHealthRequest: MessageTypeDefinition<_hookgate_v1_GetHealthRequest, _hookgate_v1_GetHealthRequest__Output>
      GetHealthResponse: MessageTypeDefinition<_hookgate_v1_GetHealthResponse, _hookgate_v1_GetHealthResponse__Output>
      GetMetricSeriesRequest: MessageTypeDefinition<_hookgate_v1_GetMetricSeriesRequest, _hookgate_v1_GetMetricSeriesRequest__Output>
      GetMetricSeriesResponse: MessageTypeDefinition<_hookgate_v1_GetMetricSeriesResponse, _hookgate_v1_GetMetricSeriesResponse__Output>
      GetMetricsRequest: MessageTypeDefinition<_hookgate_v1_GetMetricsRequest, _hookgate_v1_GetMetricsRequest__Output>
      GetMetricsResponse: MessageTypeDefinition<_hookgate_v1_GetMetricsResponse, _hookgate_v1_GetMetricsResponse__Output>
      GetQuarantinedRequest: MessageTypeDefinition<_hookgate_v1_GetQuarantinedRequest, _hookgate_v1_GetQuarantinedRequest__Output>
      GetQuarantinedResponse: MessageTypeDefinition<_hookgate_v1_GetQuarantinedResponse, _hookgate_v1_GetQuarantinedResponse__Output>
      GetSetupRequest: MessageTypeDefinition<_hookgate_v1_GetSetupRequest, _hookgate_v1_GetSetupRequest__Output>
      GetSetupResponse: MessageTypeDefinition<_hookgate_v1_GetSetupResponse, _hookgate_v1_GetSetupResponse__Output>
      HandshakeSeen: MessageTypeDefinition<_hookgate_v1_HandshakeSeen, _hookgate_v1_HandshakeSeen__Output>
      HealthStatus: EnumTypeDefinition
      ListAuditRequest: MessageTypeDefinition<_hookgate_v1_ListAuditRequest, _hookgate_v1_ListAuditRequest__Output>
      ListAuditResponse: MessageTypeDefinition<_hookgate_v1_ListAuditResponse, _hookgate_v1_ListAuditResponse__Output>
      ListChangesRequest: MessageTypeDefinition<_hookgate_v1_ListChangesRequest, _hookgate_v1_ListChangesRequest__Output>
      ListChangesResponse: MessageTypeDefinition<_hookgate_v1_ListChangesResponse, _hookgate_v1_ListChangesResponse__Output>
      ListEventsRequest: MessageTypeDefinition<_hookgate_v1_ListEventsRequest, _hookgate_v1_ListEventsRequest__Output>
      ListEventsResponse: MessageTypeDefinition<_hookgate_v1_ListEventsResponse, _hookgate_v1_ListEventsResponse__Output>
      ListFailuresRequest: MessageTypeDefinition<_hookgate_v1_ListFailuresRequest, _hookgate_v1_ListFailuresRequest__Output>
      ListFailuresResponse: MessageTypeDefinition<_hookgate_v1_ListFailuresResponse, _hookgate_v1_ListFailuresResponse__Output>
      ListNoticesRequest: MessageTypeDefinition<_hookgate_v1_ListNoticesRequest, _hookgate_v1_ListNoticesRequest__Output>
      ListNoticesResponse: MessageTypeDefinition<_hookgate_v1_ListNoticesResponse, _hookgate_v1_ListNoticesResponse__Output>
      ListProposalsRequest: MessageTypeDefinition<_hookgate_v1_ListProposalsRequest, _hookgate_v1_ListProposalsRequest__Output>
      ListProposalsResponse: MessageTypeDefinition<_hookgate_v1_ListProposalsResponse, _hookgate_v1_ListProposalsResponse__Output>
      ListQuarantineRequest: MessageTypeDefinition<_hookgate_v1_ListQuarantineRequest, _hookgate_v1_ListQuarantineRequest__Output>
      ListQuarantineResponse: MessageTypeDefinition<_hookgate_v1_ListQuarantineResponse, _hookgate_v1_ListQuarantineResponse__Output>
      ListReplaysRequest: MessageTypeDefinition<_hookgate_v1_ListReplaysRequest, _hookgate_v1_ListReplaysRequest__Output>
      ListReplaysResponse: MessageTypeDefinition<_hookgate_v1_ListReplaysResponse, _hookgate_v1_ListReplaysResponse__Output>
      ListSecretsRequest: MessageTypeDefinition<_hookgate_v1_ListSecretsRequest, _hookgate_v1_ListSecretsRequest__Output>
      ListSecretsResponse: MessageTypeDefinition<_hookgate_v1_ListSecretsResponse, _hookgate_v1_ListSecretsResponse__Output>
      ListSourcesRequest: MessageTypeDefinition<_hookgate_v1_ListSourcesRequest, _hookgate_v1_ListSourcesRequest__Output>
      ListSourcesResponse: MessageTypeDefinition<_hookgate_v1_ListSourcesResponse, _hookgate_v1_ListSourcesResponse__Output>
      ListStoreProblemsRequest: MessageTypeDefinition<_hookgate_v1_ListStoreProblemsRequest, _hookgate_v1_ListStoreProblemsRequest__Output>
      ListStoreProblemsResponse: MessageTypeDefinition<_hookgate_v1_ListStoreProblemsResponse, _hookgate_v1_ListStoreProblemsResponse__Output>
      ListSubscriptionsRequest: MessageTypeDefinition<_hookgate_v1_ListSubscriptionsRequest, _hookgate_v1_ListSubscriptionsRequest__Output>
      ListSubscriptionsResponse: MessageTypeDefinition<_hookgate_v1_ListSubscriptionsResponse, _hookgate_v1_ListSubscriptionsResponse__Output>
      MetricPoint: MessageTypeDefinition<_hookgate_v1_MetricPoint, _hookgate_v1_MetricPoint__Output>
      MetricSeries: MessageTypeDefinition<_hookgate_v1_MetricSeries, _hookgate_v1_MetricSeries__Output>
      Notice: MessageTypeDefinition<_hookgate_v1_Notice, _hookgate_v1_Notice__Output>
      OpenEnrolmentRequest: MessageTypeDefinition<_hookgate_v1_OpenEnrolmentRequest, _hookgate_v1_OpenEnrolmentRequest__Output>
      OpenEnrolmentResponse: MessageTypeDefinition<_hookgate_v1_OpenEnrolmentResponse, _hookgate_v1_OpenEnrolmentResponse__Output>
      OpenTrialRequest: MessageTypeDefinition<_hookgate_v1_OpenTrialRequest, _hookgate_v1_OpenTrialRequest__Output>
      OpenTrialResponse: MessageTypeDefinition<_hookgate_v1_OpenTrialResponse, _hookgate_v1_OpenTrialResponse__Output>
      Patience: MessageTypeDefinition<_hookgate_v1_Patience, _hookgate_v1_Patience__Output>
      PauseSubscriptionRequest: MessageTypeDefinition<_hookgate_v1_PauseSubscriptionRequest, _hookgate_v1_PauseSubscriptionRequest__Output>
      PauseSubscriptionResponse: MessageTypeDefinition<_hookgate_v1_PauseSubscriptionResponse, _hookgate_v1_PauseSubscriptionResponse__Output>
      Proposal: MessageTypeDefinition<_hookgate_v1_Proposal, _hookgate_v1_Proposal__Output>
      ProposeRequest: MessageTypeDefinition<_hookgate_v1_ProposeRequest, _hookgate_v1_ProposeRequest__Output>
      ProposeResponse: MessageTypeDefinition<_hookgate_v1_ProposeResponse, _hookgate_v1_ProposeResponse__Output>
      ProposedAction: MessageTypeDefinition<_hookgate_v1_ProposedAction, _hookgate_v1_ProposedAction__Output>
      ProposedPause: MessageTypeDefinition<_hookgate_v1_ProposedPause, _hookgate_v1_ProposedPause__Output>
      ProposedRelease: MessageTypeDefinition<_hookgate_v1_ProposedRelease, _hookgate_v1_ProposedRelease__Output>
      ProposedReplay: MessageTypeDefinition<_hookgate_v1_ProposedReplay, _hookgate_v1_ProposedReplay__Output>
      PublicUrl: MessageTypeDefinition<_hookgate_v1_PublicUrl, _hookgate_v1_PublicUrl__Output>
      QuarantinedRequest: MessageTypeDefinition<_hookgate_v1_QuarantinedRequest, _hookgate_v1_QuarantinedRequest__Output>
      Recipient: MessageTypeDefinition<_hookgate_v1_Recipient, _hookgate_v1_Recipient__Output>
      RecurringHandshake: MessageTypeDefinition<_hookgate_v1_RecurringHandshake, _hookgate_v1_RecurringHandshake__Output>
      RejectProposalRequest: MessageTypeDefinition<_hookgate_v1_RejectProposalRequest, _hookgate_v1_RejectProposalRequest__Output>
      RejectProposalResponse: MessageTypeDefinition<_hookgate_v1_RejectProposalResponse, _hookgate_v1_RejectProposalResponse__Output>
      Replay: MessageTypeDefinition<_hookgate_v1_Replay, _hookgate_v1_Replay__Output>
      ReplayCount: MessageTypeDefinition<_hookgate_v1_ReplayCount, _hookgate_v1_ReplayCount__Output>
      ReplayFilter: MessageTypeDefinition<_hookgate_v1_ReplayFilter, _hookgate_v1_ReplayFilter__Output>
      ResolveFailureRequest: MessageTypeDefinition<_hookgate_v1_ResolveFailureRequest, _hookgate_v1_ResolveFailureRequest__Output>
      ResolveFailureResponse: MessageTypeDefinition<_hookgate_v1_ResolveFailureResponse, _hookgate_v1_ResolveFailureResponse__Output>
      ResumeSubscriptionRequest: MessageTypeDefinition<_hookgate_v1_ResumeSubscriptionRequest, _hookgate_v1_ResumeSubscriptionRequest__Output>
      ResumeSubscriptionResponse: MessageTypeDefinition<_hookgate_v1_ResumeSubscriptionResponse, _hookgate_v1_ResumeSubscriptionResponse__Output>
      RetryDeliveryRequest: MessageTypeDefinition<_hookgate_v1_RetryDeliveryRequest, _hookgate_v1_RetryDeliveryRequest__Output>
      RetryDeliveryResponse: MessageTypeDefinition<_hookgate_v1_RetryDeliveryResponse, _hookgate_v1_RetryDeliveryResponse__Output>
      RevokeEnrolmentRequest: MessageTypeDefinition<_hookgate_v1_RevokeEnrolmentRequest, _hookgate_v1_RevokeEnrolmentRequest__Output>
      RevokeEnrolmentResponse: MessageTypeDefinition<_hookgate_v1_RevokeEnrolmentResponse, _hookgate_v1_RevokeEnrolmentResponse__Output>
      SecretStatus: MessageTypeDefinition<_hookgate_v1_SecretStatus, _hookgate_v1_SecretStatus__Output>
      SecretUse: MessageTypeDefinition<_hookgate_v1_SecretUse, _hookgate_v1_SecretUse__Output>
      SendTestNoticeRequest: MessageTypeDefinition<_hookgate_v1_SendTestNoticeRequest, _hookgate_v1_SendTestNoticeRequest__Output>
      SendTestNoticeResponse: MessageTypeDefinition<_hookgate_v1_SendTestNoticeResponse, _hookgate_v1_SendTestNoticeResponse__Output>
      SetReplayStateRequest: MessageTypeDefinition<_hookgate_v1_SetReplayStateRequest, _hookgate_v1_SetReplayStateRequest__Output>
      SetReplayStateResponse: MessageTypeDefinition<_hookgate_v1_SetReplayStateResponse, _hookgate_v1_SetReplayStateResponse__Output>
      Silence: MessageTypeDefinition<_hookgate_v1_Silence, _hookgate_v1_Silence__Output>
      Skipped: MessageTypeDefinition<_hookgate_v1_Skipped, _hookgate_v1_Skipped__Output>
      SourceStatus: MessageTypeDefinition<_hookgate_v1_SourceStatus, _hookgate_v1_SourceStatus__Output>
      SubjectKey: MessageTypeDefinition<_hookgate_v1_SubjectKey, _hookgate_v1_SubjectKey__Output>
      SubscriptionPause: MessageTypeDefinition<_hookgate_v1_SubscriptionPause, _hookgate_v1_SubscriptionPause__Output>
      SubscriptionStatus: MessageTypeDefinition<_hookgate_v1_SubscriptionStatus, _hookgate_v1_SubscriptionStatus__Output>
      TestNoticeResult: MessageTypeDefinition<_hookgate_v1_TestNoticeResult, _hookgate_v1_TestNoticeResult__Output>
      Times: MessageTypeDefinition<_hookgate_v1_Times, _hookgate_v1_Times__Output>
      VerifyQuarantinedRequest: MessageTypeDefinition<_hookgate_v1_VerifyQuarantinedRequest, _hookgate_v1_VerifyQuarantinedRequest__Output>
      VerifyQuarantinedResponse: MessageTypeDefinition<_hookgate_v1_VerifyQuarantinedResponse, _hookgate_v1_VerifyQuarantinedResponse__Output>
      VerifyQuarantinedResult: MessageTypeDefinition<_hookgate_v1_VerifyQuarantinedResult, _hookgate_v1_VerifyQuarantinedResult__Output>
    }
  }
}

