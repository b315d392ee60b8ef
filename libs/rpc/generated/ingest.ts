import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Attempt as _hookgate_v1_Attempt, Attempt__Output as _hookgate_v1_Attempt__Output } from './hookgate/v1/Attempt.ts';
import type { AttemptResponse as _hookgate_v1_AttemptResponse, AttemptResponse__Output as _hookgate_v1_AttemptResponse__Output } from './hookgate/v1/AttemptResponse.ts';
import type { Capture as _hookgate_v1_Capture, Capture__Output as _hookgate_v1_Capture__Output } from './hookgate/v1/Capture.ts';
import type { CaptureRequest as _hookgate_v1_CaptureRequest, CaptureRequest__Output as _hookgate_v1_CaptureRequest__Output } from './hookgate/v1/CaptureRequest.ts';
import type { CaptureResponse as _hookgate_v1_CaptureResponse, CaptureResponse__Output as _hookgate_v1_CaptureResponse__Output } from './hookgate/v1/CaptureResponse.ts';
import type { CaptureResult as _hookgate_v1_CaptureResult, CaptureResult__Output as _hookgate_v1_CaptureResult__Output } from './hookgate/v1/CaptureResult.ts';
import type { CaptureWindow as _hookgate_v1_CaptureWindow, CaptureWindow__Output as _hookgate_v1_CaptureWindow__Output } from './hookgate/v1/CaptureWindow.ts';
import type { Delivery as _hookgate_v1_Delivery, Delivery__Output as _hookgate_v1_Delivery__Output } from './hookgate/v1/Delivery.ts';
import type { DeliveryOrder as _hookgate_v1_DeliveryOrder, DeliveryOrder__Output as _hookgate_v1_DeliveryOrder__Output } from './hookgate/v1/DeliveryOrder.ts';
import type { EnrolledSecret as _hookgate_v1_EnrolledSecret, EnrolledSecret__Output as _hookgate_v1_EnrolledSecret__Output } from './hookgate/v1/EnrolledSecret.ts';
import type { Event as _hookgate_v1_Event, Event__Output as _hookgate_v1_Event__Output } from './hookgate/v1/Event.ts';
import type { HandshakeSeen as _hookgate_v1_HandshakeSeen, HandshakeSeen__Output as _hookgate_v1_HandshakeSeen__Output } from './hookgate/v1/HandshakeSeen.ts';
import type { IngestServiceClient as _hookgate_v1_IngestServiceClient, IngestServiceDefinition as _hookgate_v1_IngestServiceDefinition } from './hookgate/v1/IngestService.ts';
import type { QuarantinedRequest as _hookgate_v1_QuarantinedRequest, QuarantinedRequest__Output as _hookgate_v1_QuarantinedRequest__Output } from './hookgate/v1/QuarantinedRequest.ts';
import type { ReportRequest as _hookgate_v1_ReportRequest, ReportRequest__Output as _hookgate_v1_ReportRequest__Output } from './hookgate/v1/ReportRequest.ts';
import type { ReportResponse as _hookgate_v1_ReportResponse, ReportResponse__Output as _hookgate_v1_ReportResponse__Output } from './hookgate/v1/ReportResponse.ts';
import type { RequestCount as _hookgate_v1_RequestCount, RequestCount__Output as _hookgate_v1_RequestCount__Output } from './hookgate/v1/RequestCount.ts';
import type { RequestCounts as _hookgate_v1_RequestCounts, RequestCounts__Output as _hookgate_v1_RequestCounts__Output } from './hookgate/v1/RequestCounts.ts';
import type { SecretUse as _hookgate_v1_SecretUse, SecretUse__Output as _hookgate_v1_SecretUse__Output } from './hookgate/v1/SecretUse.ts';
import type { Skipped as _hookgate_v1_Skipped, Skipped__Output as _hookgate_v1_Skipped__Output } from './hookgate/v1/Skipped.ts';
import type { Trial as _hookgate_v1_Trial, Trial__Output as _hookgate_v1_Trial__Output } from './hookgate/v1/Trial.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hookgate: {
    v1: {
      Attempt: MessageTypeDefinition<_hookgate_v1_Attempt, _hookgate_v1_Attempt__Output>
      AttemptOutcome: EnumTypeDefinition
      AttemptResponse: MessageTypeDefinition<_hookgate_v1_AttemptResponse, _hookgate_v1_AttemptResponse__Output>
      Capture: MessageTypeDefinition<_hookgate_v1_Capture, _hookgate_v1_Capture__Output>
      CaptureOutcome: EnumTypeDefinition
      CaptureRequest: MessageTypeDefinition<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureRequest__Output>
      CaptureResponse: MessageTypeDefinition<_hookgate_v1_CaptureResponse, _hookgate_v1_CaptureResponse__Output>
      CaptureResult: MessageTypeDefinition<_hookgate_v1_CaptureResult, _hookgate_v1_CaptureResult__Output>
      CaptureWindow: MessageTypeDefinition<_hookgate_v1_CaptureWindow, _hookgate_v1_CaptureWindow__Output>
      DedupeRule: EnumTypeDefinition
      Delivery: MessageTypeDefinition<_hookgate_v1_Delivery, _hookgate_v1_Delivery__Output>
      DeliveryOrder: MessageTypeDefinition<_hookgate_v1_DeliveryOrder, _hookgate_v1_DeliveryOrder__Output>
      DeliveryState: EnumTypeDefinition
      EnrolledSecret: MessageTypeDefinition<_hookgate_v1_EnrolledSecret, _hookgate_v1_EnrolledSecret__Output>
      Event: MessageTypeDefinition<_hookgate_v1_Event, _hookgate_v1_Event__Output>
      HandshakeSeen: MessageTypeDefinition<_hookgate_v1_HandshakeSeen, _hookgate_v1_HandshakeSeen__Output>
      /**
       * IngestService takes what edges receive. It needs the scope "ingest".
       */
      IngestService: SubtypeConstructor<typeof grpc.Client, _hookgate_v1_IngestServiceClient> & { service: _hookgate_v1_IngestServiceDefinition }
      QuarantinedRequest: MessageTypeDefinition<_hookgate_v1_QuarantinedRequest, _hookgate_v1_QuarantinedRequest__Output>
      ReportRequest: MessageTypeDefinition<_hookgate_v1_ReportRequest, _hookgate_v1_ReportRequest__Output>
      ReportResponse: MessageTypeDefinition<_hookgate_v1_ReportResponse, _hookgate_v1_ReportResponse__Output>
      RequestCount: MessageTypeDefinition<_hookgate_v1_RequestCount, _hookgate_v1_RequestCount__Output>
      RequestCounts: MessageTypeDefinition<_hookgate_v1_RequestCounts, _hookgate_v1_RequestCounts__Output>
      SecretUse: MessageTypeDefinition<_hookgate_v1_SecretUse, _hookgate_v1_SecretUse__Output>
      Skipped: MessageTypeDefinition<_hookgate_v1_Skipped, _hookgate_v1_Skipped__Output>
      Trial: MessageTypeDefinition<_hookgate_v1_Trial, _hookgate_v1_Trial__Output>
    }
  }
}

