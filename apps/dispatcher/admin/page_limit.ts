import { RpcError } from "@hookgate/rpc";
import { PAGE_EVENTS_MAX } from "../store/contract/events.ts";

const PAGE_EVENTS_DEFAULT = 50;

/** How many entries a page may have, where so many were asked for; 0 asks for the usual number. */
export function pageLimit(pageSize: number): number {
  const limit = pageSize || PAGE_EVENTS_DEFAULT;
  if (limit >= 1 && limit <= PAGE_EVENTS_MAX) return limit;
  throw new RpcError("INVALID_ARGUMENT", `page_size must be 1 to ${PAGE_EVENTS_MAX}`);
}
