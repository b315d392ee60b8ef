import type { QuarantinedRequest } from "@hookgate/types";
import { formatTime } from "./format_time.ts";

/** A refused request as a list has it: the length of its body in place of its bytes. */
export interface ListedRequest {
  request: QuarantinedRequest;
  bodyBytes: number;
}

/** A refused request as `quarantine list --json` prints it, one per line: the form that programs may lean on. */
export function describeQuarantined({
  request,
  bodyBytes,
}: ListedRequest): Record<string, unknown> {
  const { id, source, provider, reason, diagnosis, address, releasedAs } = request;
  const receivedAt = formatTime(request.receivedAt);
  return { id, source, provider, reason, receivedAt, address, bodyBytes, diagnosis, releasedAs };
}
