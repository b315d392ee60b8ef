import type { Bidi } from "./bidi.ts";
import type { CaptureRequest, CaptureResponse } from "./messages.ts";

/** The calls of IngestService, for who serves them. */
export interface IngestHandlers {
  /** Serves one stream of captures; the server speaks first. */
  capture(call: Bidi<CaptureRequest, CaptureResponse>): void;
}
