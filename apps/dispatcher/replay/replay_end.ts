import { idTimeMs } from "@hookgate/types";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";

/** The `to` of a replay created now: just after the newest stored event. */
export async function replayEnd(store: StoreTime & Pick<Events, "listEvents">): Promise<number> {
  let cursor: string | null = null;
  do {
    const page = await store.listEvents({ limit: 1, ...(cursor !== null && { cursor }) });
    const [newest] = page.events;
    if (newest) return idTimeMs(newest.event.id) + 1;
    cursor = page.cursor;
  } while (cursor !== null);
  return store.now();
}
