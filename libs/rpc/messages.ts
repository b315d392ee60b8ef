import type { Attempt__Output } from "./generated/hookgate/v1/Attempt.ts";
import type { AttemptOutcome__Output } from "./generated/hookgate/v1/AttemptOutcome.ts";
import type { Capture__Output } from "./generated/hookgate/v1/Capture.ts";
import type { CaptureOutcome__Output } from "./generated/hookgate/v1/CaptureOutcome.ts";
import type { CaptureRequest__Output } from "./generated/hookgate/v1/CaptureRequest.ts";
import type { CaptureResponse__Output } from "./generated/hookgate/v1/CaptureResponse.ts";
import type { CaptureResult__Output } from "./generated/hookgate/v1/CaptureResult.ts";
import type { CaptureWindow__Output } from "./generated/hookgate/v1/CaptureWindow.ts";
import type { Delivery__Output } from "./generated/hookgate/v1/Delivery.ts";
import type { DeliveryState__Output } from "./generated/hookgate/v1/DeliveryState.ts";
import type { EnrolledSecret__Output } from "./generated/hookgate/v1/EnrolledSecret.ts";
import type { Event__Output } from "./generated/hookgate/v1/Event.ts";
import type { EventSummary__Output } from "./generated/hookgate/v1/EventSummary.ts";
import type { GetEventRequest__Output } from "./generated/hookgate/v1/GetEventRequest.ts";
import type { GetEventResponse__Output } from "./generated/hookgate/v1/GetEventResponse.ts";
import type { GetHealthRequest__Output } from "./generated/hookgate/v1/GetHealthRequest.ts";
import type { GetHealthResponse__Output } from "./generated/hookgate/v1/GetHealthResponse.ts";
import type { GetMetricsRequest__Output } from "./generated/hookgate/v1/GetMetricsRequest.ts";
import type { GetMetricsResponse__Output } from "./generated/hookgate/v1/GetMetricsResponse.ts";
import type { GetQuarantinedRequest__Output } from "./generated/hookgate/v1/GetQuarantinedRequest.ts";
import type { GetQuarantinedResponse__Output } from "./generated/hookgate/v1/GetQuarantinedResponse.ts";
import type { HandshakeSeen__Output } from "./generated/hookgate/v1/HandshakeSeen.ts";
import type { HealthStatus__Output } from "./generated/hookgate/v1/HealthStatus.ts";
import type { ListEventsRequest__Output } from "./generated/hookgate/v1/ListEventsRequest.ts";
import type { ListEventsResponse__Output } from "./generated/hookgate/v1/ListEventsResponse.ts";
import type { ListQuarantineRequest__Output } from "./generated/hookgate/v1/ListQuarantineRequest.ts";
import type { ListQuarantineResponse__Output } from "./generated/hookgate/v1/ListQuarantineResponse.ts";
import type { ListSecretsRequest__Output } from "./generated/hookgate/v1/ListSecretsRequest.ts";
import type { ListSecretsResponse__Output } from "./generated/hookgate/v1/ListSecretsResponse.ts";
import type { OpenEnrolmentRequest__Output } from "./generated/hookgate/v1/OpenEnrolmentRequest.ts";
import type { OpenEnrolmentResponse__Output } from "./generated/hookgate/v1/OpenEnrolmentResponse.ts";
import type { QuarantinedRequest__Output } from "./generated/hookgate/v1/QuarantinedRequest.ts";
import type { ReportRequest__Output } from "./generated/hookgate/v1/ReportRequest.ts";
import type { ReportResponse__Output } from "./generated/hookgate/v1/ReportResponse.ts";
import type { RetryDeliveryRequest__Output } from "./generated/hookgate/v1/RetryDeliveryRequest.ts";
import type { RetryDeliveryResponse__Output } from "./generated/hookgate/v1/RetryDeliveryResponse.ts";
import type { SecretStatus__Output } from "./generated/hookgate/v1/SecretStatus.ts";
import type { SecretUse__Output } from "./generated/hookgate/v1/SecretUse.ts";
import type { VerifyQuarantinedRequest__Output } from "./generated/hookgate/v1/VerifyQuarantinedRequest.ts";
import type { VerifyQuarantinedResponse__Output } from "./generated/hookgate/v1/VerifyQuarantinedResponse.ts";
import type { VerifyQuarantinedResult__Output } from "./generated/hookgate/v1/VerifyQuarantinedResult.ts";

/**
 * A generated type as the rest of Hookgate sees it: any bytes will do where bytes are wanted, and the marks that the
 * loader adds for optional fields are not asked for.
 */
type Plain<T> = T extends Uint8Array
  ? Uint8Array
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends `_${string}` ? never : Key]: Plain<T[Key]> }
      : T;

export type Attempt = Plain<Attempt__Output>;
export type AttemptOutcome = AttemptOutcome__Output;
export type Capture = Plain<Capture__Output>;
export type CaptureOutcome = CaptureOutcome__Output;
export type CaptureRequest = Plain<CaptureRequest__Output>;
export type CaptureResponse = Plain<CaptureResponse__Output>;
export type CaptureResult = Plain<CaptureResult__Output>;
export type CaptureWindow = Plain<CaptureWindow__Output>;
export type Delivery = Plain<Delivery__Output>;
export type DeliveryState = DeliveryState__Output;
export type EnrolledSecret = Plain<EnrolledSecret__Output>;
export type Event = Plain<Event__Output>;
export type EventSummary = Plain<EventSummary__Output>;
export type GetEventRequest = Plain<GetEventRequest__Output>;
export type GetEventResponse = Plain<GetEventResponse__Output>;
export type GetHealthRequest = Plain<GetHealthRequest__Output>;
export type GetHealthResponse = Plain<GetHealthResponse__Output>;
export type GetMetricsRequest = Plain<GetMetricsRequest__Output>;
export type GetMetricsResponse = Plain<GetMetricsResponse__Output>;
export type GetQuarantinedRequest = Plain<GetQuarantinedRequest__Output>;
export type GetQuarantinedResponse = Plain<GetQuarantinedResponse__Output>;
export type HandshakeSeen = Plain<HandshakeSeen__Output>;
export type HealthStatus = HealthStatus__Output;
export type ListEventsRequest = Plain<ListEventsRequest__Output>;
export type ListEventsResponse = Plain<ListEventsResponse__Output>;
export type ListQuarantineRequest = Plain<ListQuarantineRequest__Output>;
export type ListQuarantineResponse = Plain<ListQuarantineResponse__Output>;
export type ListSecretsRequest = Plain<ListSecretsRequest__Output>;
export type ListSecretsResponse = Plain<ListSecretsResponse__Output>;
export type OpenEnrolmentRequest = Plain<OpenEnrolmentRequest__Output>;
export type OpenEnrolmentResponse = Plain<OpenEnrolmentResponse__Output>;
export type QuarantinedRequest = Plain<QuarantinedRequest__Output>;
export type ReportRequest = Plain<ReportRequest__Output>;
export type ReportResponse = Plain<ReportResponse__Output>;
export type RetryDeliveryRequest = Plain<RetryDeliveryRequest__Output>;
export type RetryDeliveryResponse = Plain<RetryDeliveryResponse__Output>;
export type SecretStatus = Plain<SecretStatus__Output>;
export type SecretUse = Plain<SecretUse__Output>;
export type VerifyQuarantinedRequest = Plain<VerifyQuarantinedRequest__Output>;
export type VerifyQuarantinedResponse = Plain<VerifyQuarantinedResponse__Output>;
export type VerifyQuarantinedResult = Plain<VerifyQuarantinedResult__Output>;
