import { RpcError } from "@hookgate/rpc";
import { NotReplayableError, REASON_CHARS_MAX } from "../replay/create_replay.ts";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import { PAGE_EVENTS_MAX } from "../store/contract/events.ts";

const PAGE_EVENTS_DEFAULT = 50;

/**
 * Throws an error of the store as the caller sees it: what it refuses is INVALID_ARGUMENT, NOT_FOUND or
 * FAILED_PRECONDITION, that it does not answer is UNAVAILABLE. Other errors are thrown as they are.
 */
export function toRpcError(error: unknown): never {
  if (error instanceof NotReplayableError) {
    const code = error.why === "missing" ? "NOT_FOUND" : "FAILED_PRECONDITION";
    throw new RpcError(code, error.message);
  }
  if (error instanceof RangeError) throw new RpcError("INVALID_ARGUMENT", error.message);
  if (!(error instanceof StoreUnavailableError)) throw error;
  throw new RpcError("UNAVAILABLE", error.message, { cause: error });
}

/** An operator's reason, trimmed. Refuses one that is too long. */
export function checkReason(reason: string): string {
  const trimmed = reason.trim();
  if (trimmed.length <= REASON_CHARS_MAX) return trimmed;
  throw new RpcError("INVALID_ARGUMENT", `reason must have ${REASON_CHARS_MAX} characters at most`);
}

/** The number of entries on a page; 0 means the default. Refuses one that is out of range. */
export function checkPageSize(pageSize: number): number {
  const limit = pageSize || PAGE_EVENTS_DEFAULT;
  if (limit >= 1 && limit <= PAGE_EVENTS_MAX) return limit;
  throw new RpcError("INVALID_ARGUMENT", `page_size must be 1 to ${PAGE_EVENTS_MAX}`);
}

/** What a request names and there is not; or what it should name, if it names none. */
export function missing(what: string, name: string): RpcError {
  if (name === "") return new RpcError("INVALID_ARGUMENT", `say which ${what}: none is named`);
  return new RpcError("NOT_FOUND", `there is no ${what} ${name}`);
}
