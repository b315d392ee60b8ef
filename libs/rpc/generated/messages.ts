// Written by `npm run codegen`, from the protos.
import type { Attempt__Output } from "./hookgate/v1/Attempt.ts";
import type { AttemptOutcome__Output } from "./hookgate/v1/AttemptOutcome.ts";
import type { AttemptResponse__Output } from "./hookgate/v1/AttemptResponse.ts";
import type { CancelDeliveryRequest__Output } from "./hookgate/v1/CancelDeliveryRequest.ts";
import type { CancelDeliveryResponse__Output } from "./hookgate/v1/CancelDeliveryResponse.ts";
import type { Capture__Output } from "./hookgate/v1/Capture.ts";
import type { CaptureOutcome__Output } from "./hookgate/v1/CaptureOutcome.ts";
import type { CaptureRequest__Output } from "./hookgate/v1/CaptureRequest.ts";
import type { CaptureResponse__Output } from "./hookgate/v1/CaptureResponse.ts";
import type { CaptureResult__Output } from "./hookgate/v1/CaptureResult.ts";
import type { CaptureWindow__Output } from "./hookgate/v1/CaptureWindow.ts";
import type { ChangeSubscriptionRequest__Output } from "./hookgate/v1/ChangeSubscriptionRequest.ts";
import type { ChangeSubscriptionResponse__Output } from "./hookgate/v1/ChangeSubscriptionResponse.ts";
import type { CreateReplayRequest__Output } from "./hookgate/v1/CreateReplayRequest.ts";
import type { CreateReplayResponse__Output } from "./hookgate/v1/CreateReplayResponse.ts";
<<<<<<< HEAD
import type { DedupeRule__Output } from "./hookgate/v1/DedupeRule.ts";
=======
import type { DeleteSubscriptionRequest__Output } from "./hookgate/v1/DeleteSubscriptionRequest.ts";
import type { DeleteSubscriptionResponse__Output } from "./hookgate/v1/DeleteSubscriptionResponse.ts";
>>>>>>> cad643d (feat(dispatcher): subscriptions are changed, deleted and expire)
import type { Delivery__Output } from "./hookgate/v1/Delivery.ts";
import type { DeliveryOrder__Output } from "./hookgate/v1/DeliveryOrder.ts";
import type { DeliveryState__Output } from "./hookgate/v1/DeliveryState.ts";
import type { EnrolledSecret__Output } from "./hookgate/v1/EnrolledSecret.ts";
import type { Event__Output } from "./hookgate/v1/Event.ts";
import type { EventSummary__Output } from "./hookgate/v1/EventSummary.ts";
import type { Extension__Output } from "./hookgate/v1/Extension.ts";
import type { GetEventRequest__Output } from "./hookgate/v1/GetEventRequest.ts";
import type { GetEventResponse__Output } from "./hookgate/v1/GetEventResponse.ts";
import type { GetHealthRequest__Output } from "./hookgate/v1/GetHealthRequest.ts";
import type { GetHealthResponse__Output } from "./hookgate/v1/GetHealthResponse.ts";
import type { GetMetricsRequest__Output } from "./hookgate/v1/GetMetricsRequest.ts";
import type { GetMetricsResponse__Output } from "./hookgate/v1/GetMetricsResponse.ts";
import type { GetQuarantinedRequest__Output } from "./hookgate/v1/GetQuarantinedRequest.ts";
import type { GetQuarantinedResponse__Output } from "./hookgate/v1/GetQuarantinedResponse.ts";
import type { HandshakeSeen__Output } from "./hookgate/v1/HandshakeSeen.ts";
import type { HealthStatus__Output } from "./hookgate/v1/HealthStatus.ts";
import type { ListEventsRequest__Output } from "./hookgate/v1/ListEventsRequest.ts";
import type { ListEventsResponse__Output } from "./hookgate/v1/ListEventsResponse.ts";
import type { ListQuarantineRequest__Output } from "./hookgate/v1/ListQuarantineRequest.ts";
import type { ListQuarantineResponse__Output } from "./hookgate/v1/ListQuarantineResponse.ts";
import type { ListReplaysRequest__Output } from "./hookgate/v1/ListReplaysRequest.ts";
import type { ListReplaysResponse__Output } from "./hookgate/v1/ListReplaysResponse.ts";
import type { ListSecretsRequest__Output } from "./hookgate/v1/ListSecretsRequest.ts";
import type { ListSecretsResponse__Output } from "./hookgate/v1/ListSecretsResponse.ts";
import type { ListSubscriptionsRequest__Output } from "./hookgate/v1/ListSubscriptionsRequest.ts";
import type { ListSubscriptionsResponse__Output } from "./hookgate/v1/ListSubscriptionsResponse.ts";
import type { Nack__Output } from "./hookgate/v1/Nack.ts";
import type { OpenEnrolmentRequest__Output } from "./hookgate/v1/OpenEnrolmentRequest.ts";
import type { OpenEnrolmentResponse__Output } from "./hookgate/v1/OpenEnrolmentResponse.ts";
import type { OpenSubscription__Output } from "./hookgate/v1/OpenSubscription.ts";
import type { PauseSubscriptionRequest__Output } from "./hookgate/v1/PauseSubscriptionRequest.ts";
import type { PauseSubscriptionResponse__Output } from "./hookgate/v1/PauseSubscriptionResponse.ts";
import type { QuarantinedRequest__Output } from "./hookgate/v1/QuarantinedRequest.ts";
import type { Replay__Output } from "./hookgate/v1/Replay.ts";
import type { ReplayCount__Output } from "./hookgate/v1/ReplayCount.ts";
import type { ReplayFilter__Output } from "./hookgate/v1/ReplayFilter.ts";
import type { ReportRequest__Output } from "./hookgate/v1/ReportRequest.ts";
import type { ReportResponse__Output } from "./hookgate/v1/ReportResponse.ts";
import type { ResumeSubscriptionRequest__Output } from "./hookgate/v1/ResumeSubscriptionRequest.ts";
import type { ResumeSubscriptionResponse__Output } from "./hookgate/v1/ResumeSubscriptionResponse.ts";
import type { RetryDeliveryRequest__Output } from "./hookgate/v1/RetryDeliveryRequest.ts";
import type { RetryDeliveryResponse__Output } from "./hookgate/v1/RetryDeliveryResponse.ts";
import type { SecretStatus__Output } from "./hookgate/v1/SecretStatus.ts";
import type { SecretUse__Output } from "./hookgate/v1/SecretUse.ts";
import type { SetReplayStateRequest__Output } from "./hookgate/v1/SetReplayStateRequest.ts";
import type { SetReplayStateResponse__Output } from "./hookgate/v1/SetReplayStateResponse.ts";
import type { Skipped__Output } from "./hookgate/v1/Skipped.ts";
import type { StartPosition__Output } from "./hookgate/v1/StartPosition.ts";
import type { SubscribeRequest__Output } from "./hookgate/v1/SubscribeRequest.ts";
import type { SubscribeResponse__Output } from "./hookgate/v1/SubscribeResponse.ts";
import type { SubscribedEvent__Output } from "./hookgate/v1/SubscribedEvent.ts";
import type { SubscriptionOpened__Output } from "./hookgate/v1/SubscriptionOpened.ts";
import type { SubscriptionPause__Output } from "./hookgate/v1/SubscriptionPause.ts";
import type { SubscriptionStatus__Output } from "./hookgate/v1/SubscriptionStatus.ts";
import type { VerifyQuarantinedRequest__Output } from "./hookgate/v1/VerifyQuarantinedRequest.ts";
import type { VerifyQuarantinedResponse__Output } from "./hookgate/v1/VerifyQuarantinedResponse.ts";
import type { VerifyQuarantinedResult__Output } from "./hookgate/v1/VerifyQuarantinedResult.ts";

/**
 * A generated type as the rest of Hookgate uses it: any kind of bytes will do, and the `_field` marks that the loader
 * adds for optional fields are left out.
 */
type Plain<T> = T extends Uint8Array
  ? Uint8Array
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends `_${string}` ? never : Key]: Plain<T[Key]> }
      : T;

export type AttemptMessage = Plain<Attempt__Output>;
export type AttemptOutcomeEnum = AttemptOutcome__Output;
export type AttemptResponseMessage = Plain<AttemptResponse__Output>;
export type CancelDeliveryRequest = Plain<CancelDeliveryRequest__Output>;
export type CancelDeliveryResponse = Plain<CancelDeliveryResponse__Output>;
export type CaptureMessage = Plain<Capture__Output>;
export type CaptureOutcomeEnum = CaptureOutcome__Output;
export type CaptureRequest = Plain<CaptureRequest__Output>;
export type CaptureResponse = Plain<CaptureResponse__Output>;
export type CaptureResultMessage = Plain<CaptureResult__Output>;
export type CaptureWindowMessage = Plain<CaptureWindow__Output>;
export type ChangeSubscriptionRequest = Plain<ChangeSubscriptionRequest__Output>;
export type ChangeSubscriptionResponse = Plain<ChangeSubscriptionResponse__Output>;
export type CreateReplayRequest = Plain<CreateReplayRequest__Output>;
export type CreateReplayResponse = Plain<CreateReplayResponse__Output>;
<<<<<<< HEAD
export type DedupeRuleEnum = DedupeRule__Output;
=======
export type DeleteSubscriptionRequest = Plain<DeleteSubscriptionRequest__Output>;
export type DeleteSubscriptionResponse = Plain<DeleteSubscriptionResponse__Output>;
>>>>>>> cad643d (feat(dispatcher): subscriptions are changed, deleted and expire)
export type DeliveryMessage = Plain<Delivery__Output>;
export type DeliveryOrderMessage = Plain<DeliveryOrder__Output>;
export type DeliveryStateEnum = DeliveryState__Output;
export type EnrolledSecretMessage = Plain<EnrolledSecret__Output>;
export type EventMessage = Plain<Event__Output>;
export type EventSummaryMessage = Plain<EventSummary__Output>;
export type ExtensionMessage = Plain<Extension__Output>;
export type GetEventRequest = Plain<GetEventRequest__Output>;
export type GetEventResponse = Plain<GetEventResponse__Output>;
export type GetHealthRequest = Plain<GetHealthRequest__Output>;
export type GetHealthResponse = Plain<GetHealthResponse__Output>;
export type GetMetricsRequest = Plain<GetMetricsRequest__Output>;
export type GetMetricsResponse = Plain<GetMetricsResponse__Output>;
export type GetQuarantinedRequest = Plain<GetQuarantinedRequest__Output>;
export type GetQuarantinedResponse = Plain<GetQuarantinedResponse__Output>;
export type HandshakeSeenMessage = Plain<HandshakeSeen__Output>;
export type HealthStatusEnum = HealthStatus__Output;
export type ListEventsRequest = Plain<ListEventsRequest__Output>;
export type ListEventsResponse = Plain<ListEventsResponse__Output>;
export type ListQuarantineRequest = Plain<ListQuarantineRequest__Output>;
export type ListQuarantineResponse = Plain<ListQuarantineResponse__Output>;
export type ListReplaysRequest = Plain<ListReplaysRequest__Output>;
export type ListReplaysResponse = Plain<ListReplaysResponse__Output>;
export type ListSecretsRequest = Plain<ListSecretsRequest__Output>;
export type ListSecretsResponse = Plain<ListSecretsResponse__Output>;
export type ListSubscriptionsRequest = Plain<ListSubscriptionsRequest__Output>;
export type ListSubscriptionsResponse = Plain<ListSubscriptionsResponse__Output>;
export type NackMessage = Plain<Nack__Output>;
export type OpenEnrolmentRequest = Plain<OpenEnrolmentRequest__Output>;
export type OpenEnrolmentResponse = Plain<OpenEnrolmentResponse__Output>;
export type OpenSubscriptionMessage = Plain<OpenSubscription__Output>;
export type PauseSubscriptionRequest = Plain<PauseSubscriptionRequest__Output>;
export type PauseSubscriptionResponse = Plain<PauseSubscriptionResponse__Output>;
export type QuarantinedRequestMessage = Plain<QuarantinedRequest__Output>;
export type ReplayMessage = Plain<Replay__Output>;
export type ReplayCountMessage = Plain<ReplayCount__Output>;
export type ReplayFilterMessage = Plain<ReplayFilter__Output>;
export type ReportRequest = Plain<ReportRequest__Output>;
export type ReportResponse = Plain<ReportResponse__Output>;
export type ResumeSubscriptionRequest = Plain<ResumeSubscriptionRequest__Output>;
export type ResumeSubscriptionResponse = Plain<ResumeSubscriptionResponse__Output>;
export type RetryDeliveryRequest = Plain<RetryDeliveryRequest__Output>;
export type RetryDeliveryResponse = Plain<RetryDeliveryResponse__Output>;
export type SecretStatusMessage = Plain<SecretStatus__Output>;
export type SecretUseMessage = Plain<SecretUse__Output>;
export type SetReplayStateRequest = Plain<SetReplayStateRequest__Output>;
export type SetReplayStateResponse = Plain<SetReplayStateResponse__Output>;
export type SkippedMessage = Plain<Skipped__Output>;
export type StartPositionEnum = StartPosition__Output;
export type SubscribeRequest = Plain<SubscribeRequest__Output>;
export type SubscribeResponse = Plain<SubscribeResponse__Output>;
export type SubscribedEventMessage = Plain<SubscribedEvent__Output>;
export type SubscriptionOpenedMessage = Plain<SubscriptionOpened__Output>;
export type SubscriptionPauseMessage = Plain<SubscriptionPause__Output>;
export type SubscriptionStatusMessage = Plain<SubscriptionStatus__Output>;
export type VerifyQuarantinedRequest = Plain<VerifyQuarantinedRequest__Output>;
export type VerifyQuarantinedResponse = Plain<VerifyQuarantinedResponse__Output>;
export type VerifyQuarantinedResultMessage = Plain<VerifyQuarantinedResult__Output>;
