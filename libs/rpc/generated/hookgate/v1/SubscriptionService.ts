// Original file: protos/hookgate/v1/subscription.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { SubscribeRequest as _hookgate_v1_SubscribeRequest, SubscribeRequest__Output as _hookgate_v1_SubscribeRequest__Output } from '../../hookgate/v1/SubscribeRequest.ts';
import type { SubscribeResponse as _hookgate_v1_SubscribeResponse, SubscribeResponse__Output as _hookgate_v1_SubscribeResponse__Output } from '../../hookgate/v1/SubscribeResponse.ts';

/**
 * SubscriptionService delivers events to your own services.
 */
export interface SubscriptionServiceClient extends grpc.Client {
  /**
   * Subscribe reads a durable queue, known by its subscription's name. Streams with the same name compete for its
   * deliveries; different names each get everything they select. Each delivery goes to one stream, which has to
   * acknowledge it; deliveries that a lost stream has not answered go to another one at once.
   * 
   * Messages go both ways while the stream lives. Each side sends at least an empty one every heartbeat_ms of
   * SubscriptionOpened; a side that is silent for three times as long is considered gone. A client that wants no more
   * sends drain, answers its outstanding deliveries, and closes its side; the stream ends once those answers are
   * written. Deliveries that it leaves unanswered go to another stream.
   * 
   * INVALID_ARGUMENT: the first message does not open a subscription, or a later one does. FAILED_PRECONDITION: the name is that of a
   * handler or an endpoint, was opened with another filter, or was deleted.
   * PERMISSION_DENIED: the token lacks "subscribe:<name>",
   * or its reach (?types=…&sources=…) does not cover what the name has.
   * RESOURCE_EXHAUSTED: too many streams, or names. UNAVAILABLE: the dispatcher is stopping; connect again.
   */
  Subscribe(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeResponse__Output>;
  Subscribe(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeResponse__Output>;
  /**
   * Subscribe reads a durable queue, known by its subscription's name. Streams with the same name compete for its
   * deliveries; different names each get everything they select. Each delivery goes to one stream, which has to
   * acknowledge it; deliveries that a lost stream has not answered go to another one at once.
   * 
   * Messages go both ways while the stream lives. Each side sends at least an empty one every heartbeat_ms of
   * SubscriptionOpened; a side that is silent for three times as long is considered gone. A client that wants no more
   * sends drain, answers its outstanding deliveries, and closes its side; the stream ends once those answers are
   * written. Deliveries that it leaves unanswered go to another stream.
   * 
   * INVALID_ARGUMENT: the first message does not open a subscription, or a later one does. FAILED_PRECONDITION: the name is that of a
   * handler or an endpoint, was opened with another filter, or was deleted.
   * PERMISSION_DENIED: the token lacks "subscribe:<name>",
   * or its reach (?types=…&sources=…) does not cover what the name has.
   * RESOURCE_EXHAUSTED: too many streams, or names. UNAVAILABLE: the dispatcher is stopping; connect again.
   */
  subscribe(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeResponse__Output>;
  subscribe(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeResponse__Output>;
  
}

/**
 * SubscriptionService delivers events to your own services.
 */
export interface SubscriptionServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Subscribe reads a durable queue, known by its subscription's name. Streams with the same name compete for its
   * deliveries; different names each get everything they select. Each delivery goes to one stream, which has to
   * acknowledge it; deliveries that a lost stream has not answered go to another one at once.
   * 
   * Messages go both ways while the stream lives. Each side sends at least an empty one every heartbeat_ms of
   * SubscriptionOpened; a side that is silent for three times as long is considered gone. A client that wants no more
   * sends drain, answers its outstanding deliveries, and closes its side; the stream ends once those answers are
   * written. Deliveries that it leaves unanswered go to another stream.
   * 
   * INVALID_ARGUMENT: the first message does not open a subscription, or a later one does. FAILED_PRECONDITION: the name is that of a
   * handler or an endpoint, was opened with another filter, or was deleted.
   * PERMISSION_DENIED: the token lacks "subscribe:<name>",
   * or its reach (?types=…&sources=…) does not cover what the name has.
   * RESOURCE_EXHAUSTED: too many streams, or names. UNAVAILABLE: the dispatcher is stopping; connect again.
   */
  Subscribe: grpc.handleBidiStreamingCall<_hookgate_v1_SubscribeRequest__Output, _hookgate_v1_SubscribeResponse>;
  
}

export interface SubscriptionServiceDefinition extends grpc.ServiceDefinition {
  Subscribe: MethodDefinition<_hookgate_v1_SubscribeRequest, _hookgate_v1_SubscribeResponse, _hookgate_v1_SubscribeRequest__Output, _hookgate_v1_SubscribeResponse__Output>
}
