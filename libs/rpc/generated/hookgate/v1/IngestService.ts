// Original file: protos/hookgate/v1/ingest.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CaptureRequest as _hookgate_v1_CaptureRequest, CaptureRequest__Output as _hookgate_v1_CaptureRequest__Output } from '../../hookgate/v1/CaptureRequest.ts';
import type { CaptureResponse as _hookgate_v1_CaptureResponse, CaptureResponse__Output as _hookgate_v1_CaptureResponse__Output } from '../../hookgate/v1/CaptureResponse.ts';
import type { ReportRequest as _hookgate_v1_ReportRequest, ReportRequest__Output as _hookgate_v1_ReportRequest__Output } from '../../hookgate/v1/ReportRequest.ts';
import type { ReportResponse as _hookgate_v1_ReportResponse, ReportResponse__Output as _hookgate_v1_ReportResponse__Output } from '../../hookgate/v1/ReportResponse.ts';

/**
 * IngestService takes what edges receive. It needs the scope "ingest".
 */
export interface IngestServiceClient extends grpc.Client {
  /**
   * Capture stores verified events. Each one is answered by its number, in any order, once it is durable or refused.
   * The server sends first: the window that the client must not exceed.
   */
  Capture(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureResponse__Output>;
  Capture(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureResponse__Output>;
  /**
   * Capture stores verified events. Each one is answered by its number, in any order, once it is durable or refused.
   * The server sends first: the window that the client must not exceed.
   */
  capture(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureResponse__Output>;
  capture(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureResponse__Output>;
  
  /**
   * Report carries what the edge noticed: refused requests, use of secrets, handshakes. Best effort, with
   * separate limits: the server takes what it has room for, and says how much that was.
   */
  Report(argument: _hookgate_v1_ReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  Report(argument: _hookgate_v1_ReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  Report(argument: _hookgate_v1_ReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  Report(argument: _hookgate_v1_ReportRequest, callback: grpc.requestCallback<_hookgate_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Report carries what the edge noticed: refused requests, use of secrets, handshakes. Best effort, with
   * separate limits: the server takes what it has room for, and says how much that was.
   */
  report(argument: _hookgate_v1_ReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  report(argument: _hookgate_v1_ReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hookgate_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  report(argument: _hookgate_v1_ReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hookgate_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  report(argument: _hookgate_v1_ReportRequest, callback: grpc.requestCallback<_hookgate_v1_ReportResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * IngestService takes what edges receive. It needs the scope "ingest".
 */
export interface IngestServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Capture stores verified events. Each one is answered by its number, in any order, once it is durable or refused.
   * The server sends first: the window that the client must not exceed.
   */
  Capture: grpc.handleBidiStreamingCall<_hookgate_v1_CaptureRequest__Output, _hookgate_v1_CaptureResponse>;
  
  /**
   * Report carries what the edge noticed: refused requests, use of secrets, handshakes. Best effort, with
   * separate limits: the server takes what it has room for, and says how much that was.
   */
  Report: grpc.handleUnaryCall<_hookgate_v1_ReportRequest__Output, _hookgate_v1_ReportResponse>;
  
}

export interface IngestServiceDefinition extends grpc.ServiceDefinition {
  Capture: MethodDefinition<_hookgate_v1_CaptureRequest, _hookgate_v1_CaptureResponse, _hookgate_v1_CaptureRequest__Output, _hookgate_v1_CaptureResponse__Output>
  Report: MethodDefinition<_hookgate_v1_ReportRequest, _hookgate_v1_ReportResponse, _hookgate_v1_ReportRequest__Output, _hookgate_v1_ReportResponse__Output>
}
