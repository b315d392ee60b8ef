import type { CapturedEvent, ReceivedEvent } from "@hookgate/types";
import type { Capture } from "../store/contract/captures.ts";
import type { EventStore } from "../store/contract/event_store.ts";
import { packBody, unpackBody } from "../store/contract/protected_body.ts";
import { readHead } from "./sealed.ts";

type Wrapped = Pick<
  EventStore,
  "commit" | "release" | "claimDue" | "getEvent" | "readBodies" | "quarantine"
>;

/** Options for {@linkcode protectedStore}. */
export interface ProtectedStoreOptions {
  /** Whether a source protects anything. */
  protects: (source: string) => boolean;
  /** Whether an event is as it is to be stored. */
  isProtected: (event: CapturedEvent) => boolean;
}

/**
 * A store that keeps what is encrypted of an event behind its body, and takes both apart again; everything else is as it was. It
 * refuses what a source protects and nobody has protected, so that no way to the disk can be forgotten.
 */
export function protectedStore<Store extends Wrapped>(
  store: Store,
  { protects, isProtected }: ProtectedStoreOptions,
): Store {
  async function packed(captures: readonly Capture[]): Promise<readonly Capture[]> {
    const open = captures.find(({ event }) => !isProtected(event));
    if (open !== undefined) throw refusal(open.event.source);
    if (captures.every(({ event }) => event.flags.length === 0)) return captures;
    return Promise.all(
      captures.map(async (capture) => ({ ...capture, event: await packEvent(capture.event) })),
    );
  }
  const packing: Wrapped = {
    commit: async (captures, options) => store.commit(await packed(captures), options),
    async release(id, { capture: given, revision }) {
      const [capture = given] = await packed([given]);
      return store.release(id, { capture, revision });
    },
    async quarantine(requests) {
      const open = requests.find(({ source, sealed }) => protects(source) && sealed === undefined);
      if (open !== undefined) throw refusal(open.source);
      return store.quarantine(requests);
    },
    async claimDue(options) {
      const claimed = await store.claimDue(options);
      return claimed.map((one) => {
        const event = unpackEvent(one.event);
        return event === one.event ? one : { ...one, event };
      });
    },
    async getEvent(id) {
      const detail = await store.getEvent(id);
      return detail && { ...detail, event: unpackEvent(detail.event) };
    },
    async readBodies(range) {
      const slice = await store.readBodies(range);
      const events = slice.events.map((event) => {
        if (!event.flags.includes("protected")) return event;
        return { ...event, body: unpackBody(event.body).body };
      });
      return { ...slice, events };
    },
  };
  return { ...store, ...packing };
}

/** The event as a store keeps it: `protected` is set by nobody else. */
async function packEvent(event: CapturedEvent): Promise<CapturedEvent> {
  const { protection, ...rest } = event;
  if (protection === undefined) {
    if (!event.flags.includes("protected")) return event;
    return { ...event, flags: event.flags.filter((flag) => flag !== "protected") };
  }
  return { ...rest, body: await packBody({ body: event.body, sealed: protection.sealed }) };
}

/** @throws {Error} if what is encrypted is damaged, or another event's. */
function unpackEvent(event: ReceivedEvent): ReceivedEvent {
  if (!event.flags.includes("protected")) return event;
  const { body, sealed } = unpackBody(event.body);
  const { id, done } = readHead(sealed);
  if (id !== event.id) throw new Error(`Cannot read ${event.id}: what is encrypted is of ${id}`);
  return { ...event, body, protection: { done, sealed } };
}

function refusal(source: string): Error {
  return new Error(`Cannot store what ${source} sent: it has to be protected first`);
}
