// Original file: protos/hookgate/v1/subscription.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { SubscribeRequest as _hookgate_v1_SubscribeRequest, SubscribeRequest__Output as _hookgate_v1_SubscribeRequest__Output } from '../../hookgate/v1/SubscribeRequest.ts';
import type { SubscribeResponse as _hookgate_v1_SubscribeResponse, SubscribeResponse__Output as _hookgate_v1_SubscribeResponse__Output } from '../../hookgate/v1/SubscribeResponse.ts';

/**
 * SubscriptionService is how a service of one's own receives events.
 */
export interface SubscriptionServiceClient extends grpc.Client {
  /**
   * Subscribe reads a durable queue, known by its subscription's name. Streams with the same name compete for its
   * deliveries; every name gets everything it wants. Each delivery is given to one stream, which owes it an
   * acknowledgement; what a lost stream owes goes to another at once.
   * 
   * Messages go both ways for as long as the stream lives. Who has nothing to say sends an empty one at least every
   * heartbeat_ms of SubscriptionOpened; whoever is not heard from for three times as long is taken for gone. A client
   * that wants no more says drain, answers what it still owes, and closes its side: when its answers are written the
   * stream ends. What it leaves unanswered goes to another.
   * 
   * INVALID_ARGUMENT: the first message opens nothing, or a later one does. FAILED_PRECONDITION: the name is that of a
   * handler or an endpoint, or was opened with another filter. PERMISSION_DENIED: the token lacks "subscribe:<name>".
   * RESOURCE_EXHAUSTED: too many streams, or names. UNAVAILABLE: the dispatcher stops; connect again.
   */
  Subscribe(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeResponse__Output>;
  Subscribe(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeResponse__Output>;
  /**
   * Subscribe reads a durable queue, known by its subscription's name. Streams with the same name compete for its
   * deliveries; every name gets everything it wants. Each delivery is given to one stream, which owes it an
   * acknowledgement; what a lost stream owes goes to another at once.
   * 
   * Messages go both ways for as long as the stream lives. Who has nothing to say sends an empty one at least every
   * heartbeat_ms of SubscriptionOpened; whoever is not heard from for three times as long is taken for gone. A client
   * that wants no more says drain, answers what it still owes, and closes its side: when its answers are written the
   * stream ends. What it leaves unanswered goes to another.
   * 
   * INVALID_ARGUMENT: the first message opens nothing, or a later one does. FAILED_PRECONDITION: the name is that of a
   * handler or an endpoint, or was opened with another filter. PERMISSION_DENIED: the token lacks "subscribe:<name>".
   * RESOURCE_EXHAUSTED: too many streams, or names. UNAVAILABLE: the dispatcher stops; connect again.
   */
  subscribe(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeResponse__Output>;
  subscribe(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeResponse__Output>;
  
}

/**
 * SubscriptionService is how a service of one's own receives events.
 */
export interface SubscriptionServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Subscribe reads a durable queue, known by its subscription's name. Streams with the same name compete for its
   * deliveries; every name gets everything it wants. Each delivery is given to one stream, which owes it an
   * acknowledgement; what a lost stream owes goes to another at once.
   * 
   * Messages go both ways for as long as the stream lives. Who has nothing to say sends an empty one at least every
   * heartbeat_ms of SubscriptionOpened; whoever is not heard from for three times as long is taken for gone. A client
   * that wants no more says drain, answers what it still owes, and closes its side: when its answers are written the
   * stream ends. What it leaves unanswered goes to another.
   * 
   * INVALID_ARGUMENT: the first message opens nothing, or a later one does. FAILED_PRECONDITION: the name is that of a
   * handler or an endpoint, or was opened with another filter. PERMISSION_DENIED: the token lacks "subscribe:<name>".
   * RESOURCE_EXHAUSTED: too many streams, or names. UNAVAILABLE: the dispatcher stops; connect again.
   */
  Subscribe: grpc.handleBidiStreamingCall<_hookgate_v1_SubscribeRequest__Output, _hookgate_v1_SubscribeResponse>;
  
}

export interface SubscriptionServiceDefinition extends grpc.ServiceDefinition {
  Subscribe: MethodDefinition<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeResponse, _hookgate_v1_SubscribeRequest__Output, _hookgate_v1_SubscribeResponse__Output>
}
