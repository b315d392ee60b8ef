import { RpcError } from "@hookgate/rpc";
import { StoreUnavailableError } from "../store/contract/event_store.ts";

/** The store's faults in the caller's words. */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof RangeError) throw new RpcError("INVALID_ARGUMENT", cause.message);
    if (!(cause instanceof StoreUnavailableError)) throw cause;
    throw new RpcError("UNAVAILABLE", "the store does not answer; try again", { cause });
  }
}
