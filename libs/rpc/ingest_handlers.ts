import type { Bidi } from "./bidi.ts";
import type {
  CaptureRequest,
  CaptureResponse,
  ReportRequest,
  ReportResponse,
} from "./generated/messages.ts";

/** The calls of IngestService, for who serves them. */
export interface IngestHandlers {
  /** Serves one stream of captures; the server speaks first. */
  capture(call: Bidi<CaptureRequest, CaptureResponse>): void;
  /** Takes what an edge noticed, as far as there is room. */
  report(request: ReportRequest): Promise<ReportResponse>;
}
