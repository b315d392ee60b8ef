import type { AdminHandlers } from "../generated/admin_calls.ts";
import type {
  CaptureRequest,
  CaptureResponse,
  ReportRequest,
  ReportResponse,
  SubscribeRequest,
  SubscribeResponse,
} from "../generated/messages.ts";
import type { Reach } from "../security/tokens.ts";
import type { Bidi } from "../transport/bidi.ts";

/** Who makes a call. */
export interface Caller {
  /** Name of its token, or the common name of its certificate; "anybody" for a server that does not know its callers. */
  name: string;
  /** Of a token that may subscribe and operates nothing else: its subscriptions. Missing for whoever may do all of a service. */
  only?: readonly Reach[];
}

/** The calls of IngestService, on the server. */
export interface IngestHandlers {
  /** Serves one stream of captures; the server sends first. */
  capture(call: Bidi<CaptureRequest, CaptureResponse>, caller: Caller): void;
  /** Takes what an edge noticed, as much of it as there is room for. */
  report(request: ReportRequest, caller: Caller): Promise<ReportResponse>;
}

/** The calls of AdminService, on the server. */
export type AdminServer = {
  [Name in keyof AdminHandlers]: (
    request: Parameters<AdminHandlers[Name]>[0],
    caller: Caller,
  ) => ReturnType<AdminHandlers[Name]>;
};

/** The client that opened a stream. */
export interface SubscribeCaller extends Caller {
  /** What its token allows it to receive; null for everything. */
  reaches: readonly Reach[] | null;
}

/** The calls of SubscriptionService, on the server. */
export interface SubscribeHandlers {
  /**
   * Serves one stream of deliveries. The client sends first and names a subscription; the handler has to check with
   * `caller` that it is allowed, and otherwise to fail with PERMISSION_DENIED.
   */
  subscribe(call: Bidi<SubscribeRequest, SubscribeResponse>, caller: SubscribeCaller): void;
}
