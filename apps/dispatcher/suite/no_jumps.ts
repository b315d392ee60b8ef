import type { PassedTime } from "../sources/passed_time.ts";
import type { StoreTime } from "../store/contract/event_store.ts";

/** The passed time of a store whose clock is never set. */
export function noJumps(store: StoreTime): Pick<PassedTime, "jumps" | "ago" | "since"> {
  return { jumps: [], ago: (ms) => store.now() - ms, since: (at) => store.now() - at };
}
