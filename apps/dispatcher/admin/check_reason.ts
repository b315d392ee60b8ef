import { RpcError } from "@hookgate/rpc";
import { REASON_CHARS_MAX } from "../replay/create_replay.ts";

/** What an operator gave as a reason, trimmed; one that is too long is refused. */
export function checkReason(given: string): string {
  const reason = given.trim();
  if (reason.length <= REASON_CHARS_MAX) return reason;
  throw new RpcError("INVALID_ARGUMENT", `reason must have ${REASON_CHARS_MAX} characters at most`);
}
