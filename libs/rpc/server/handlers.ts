import type {
  CaptureRequest,
  CaptureResponse,
  ReportRequest,
  ReportResponse,
  SubscribeRequest,
  SubscribeResponse,
} from "../generated/messages.ts";
import type { Bidi } from "../transport/bidi.ts";

/** The calls of IngestService, on the server. */
export interface IngestHandlers {
  /** Serves one stream of captures; the server sends first. */
  capture(call: Bidi<CaptureRequest, CaptureResponse>): void;
  /** Takes what an edge noticed, as much of it as there is room for. */
  report(request: ReportRequest): Promise<ReportResponse>;
}

/** The client that opened a stream. */
export interface SubscribeCaller {
  /** Whether its token has the scope for the subscription of this name. */
  allows(name: string): boolean;
}

/** The calls of SubscriptionService, on the server. */
export interface SubscribeHandlers {
  /**
   * Serves one stream of deliveries. The client sends first and names a subscription; the handler has to check with
   * `caller` that it is allowed, and otherwise to fail with PERMISSION_DENIED.
   */
  subscribe(call: Bidi<SubscribeRequest, SubscribeResponse>, caller: SubscribeCaller): void;
}
