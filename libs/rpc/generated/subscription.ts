import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Attempt as _hookgate_v1_Attempt, Attempt__Output as _hookgate_v1_Attempt__Output } from './hookgate/v1/Attempt.ts';
import type { AttemptResponse as _hookgate_v1_AttemptResponse, AttemptResponse__Output as _hookgate_v1_AttemptResponse__Output } from './hookgate/v1/AttemptResponse.ts';
import type { Delivery as _hookgate_v1_Delivery, Delivery__Output as _hookgate_v1_Delivery__Output } from './hookgate/v1/Delivery.ts';
import type { DeliveryOrder as _hookgate_v1_DeliveryOrder, DeliveryOrder__Output as _hookgate_v1_DeliveryOrder__Output } from './hookgate/v1/DeliveryOrder.ts';
import type { Event as _hookgate_v1_Event, Event__Output as _hookgate_v1_Event__Output } from './hookgate/v1/Event.ts';
import type { Extension as _hookgate_v1_Extension, Extension__Output as _hookgate_v1_Extension__Output } from './hookgate/v1/Extension.ts';
import type { Nack as _hookgate_v1_Nack, Nack__Output as _hookgate_v1_Nack__Output } from './hookgate/v1/Nack.ts';
import type { OpenSubscription as _hookgate_v1_OpenSubscription, OpenSubscription__Output as _hookgate_v1_OpenSubscription__Output } from './hookgate/v1/OpenSubscription.ts';
import type { Skipped as _hookgate_v1_Skipped, Skipped__Output as _hookgate_v1_Skipped__Output } from './hookgate/v1/Skipped.ts';
import type { SubscribeRequest as _hookgate_v1_SubscribeRequest, SubscribeRequest__Output as _hookgate_v1_SubscribeRequest__Output } from './hookgate/v1/SubscribeRequest.ts';
import type { SubscribeResponse as _hookgate_v1_SubscribeResponse, SubscribeResponse__Output as _hookgate_v1_SubscribeResponse__Output } from './hookgate/v1/SubscribeResponse.ts';
import type { SubscribedEvent as _hookgate_v1_SubscribedEvent, SubscribedEvent__Output as _hookgate_v1_SubscribedEvent__Output } from './hookgate/v1/SubscribedEvent.ts';
import type { SubscriptionOpened as _hookgate_v1_SubscriptionOpened, SubscriptionOpened__Output as _hookgate_v1_SubscriptionOpened__Output } from './hookgate/v1/SubscriptionOpened.ts';
import type { SubscriptionServiceClient as _hookgate_v1_SubscriptionServiceClient, SubscriptionServiceDefinition as _hookgate_v1_SubscriptionServiceDefinition } from './hookgate/v1/SubscriptionService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hookgate: {
    v1: {
      Attempt: MessageTypeDefinition<_hookgate_v1_Attempt, _hookgate_v1_Attempt__Output>
      AttemptOutcome: EnumTypeDefinition
      AttemptResponse: MessageTypeDefinition<_hookgate_v1_AttemptResponse, _hookgate_v1_AttemptResponse__Output>
      Delivery: MessageTypeDefinition<_hookgate_v1_Delivery, _hookgate_v1_Delivery__Output>
      DeliveryOrder: MessageTypeDefinition<_hookgate_v1_DeliveryOrder, _hookgate_v1_DeliveryOrder__Output>
      DeliveryState: EnumTypeDefinition
      Event: MessageTypeDefinition<_hookgate_v1_Event, _hookgate_v1_Event__Output>
      Extension: MessageTypeDefinition<_hookgate_v1_Extension, _hookgate_v1_Extension__Output>
      Nack: MessageTypeDefinition<_hookgate_v1_Nack, _hookgate_v1_Nack__Output>
      OpenSubscription: MessageTypeDefinition<_hookgate_v1_OpenSubscription, _hookgate_v1_OpenSubscription__Output>
      Skipped: MessageTypeDefinition<_hookgate_v1_Skipped, _hookgate_v1_Skipped__Output>
      StartPosition: EnumTypeDefinition
      SubscribeRequest: MessageTypeDefinition<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeRequest__Output>
      SubscribeResponse: MessageTypeDefinition<_hookgate_v1_SubscribeResponse, _hookgate_v1_SubscribeResponse__Output>
      SubscribedEvent: MessageTypeDefinition<_hookgate_v1_SubscribedEvent, _hookgate_v1_SubscribedEvent__Output>
      SubscriptionOpened: MessageTypeDefinition<_hookgate_v1_SubscriptionOpened, _hookgate_v1_SubscriptionOpened__Output>
      /**
       * SubscriptionService delivers events to your own services.
       */
      SubscriptionService: SubtypeConstructor<typeof grpc.Client, _hookgate_v1_SubscriptionServiceClient> & { service: _hookgate_v1_SubscriptionServiceDefinition }
    }
  }
}

