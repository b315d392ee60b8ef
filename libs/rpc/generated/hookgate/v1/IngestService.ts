// Original file: protos/hookgate/v1/ingest.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CaptureRequest as _hookgate_v1_CaptureRequest, CaptureRequest__Output as _hookgate_v1_CaptureRequest__Output } from '../../hookgate/v1/CaptureRequest.ts';
import type { CaptureResponse as _hookgate_v1_CaptureResponse, CaptureResponse__Output as _hookgate_v1_CaptureResponse__Output } from '../../hookgate/v1/CaptureResponse.ts';

/**
 * IngestService is the edge's way in.
 */
export interface IngestServiceClient extends grpc.Client {
  /**
   * Capture stores verified events. Each one is answered by its number, in any order, once it is durable or refused.
   * The server speaks first, with the window that the client keeps to.
   */
  Capture(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureResponse__Output>;
  Capture(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureResponse__Output>;
  /**
   * Capture stores verified events. Each one is answered by its number, in any order, once it is durable or refused.
   * The server speaks first, with the window that the client keeps to.
   */
  capture(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureResponse__Output>;
  capture(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureResponse__Output>;
  
}

/**
 * IngestService is the edge's way in.
 */
export interface IngestServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Capture stores verified events. Each one is answered by its number, in any order, once it is durable or refused.
   * The server speaks first, with the window that the client keeps to.
   */
  Capture: grpc.handleBidiStreamingCall<_hookgate_v1_CaptureRequest__Output, _hookgate_v1_CaptureResponse>;
  
}

export interface IngestServiceDefinition extends grpc.ServiceDefinition {
  Capture: MethodDefinition<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureResponse, _hookgate_v1_CaptureRequest__Output, _hookgate_v1_CaptureResponse__Output>
}
