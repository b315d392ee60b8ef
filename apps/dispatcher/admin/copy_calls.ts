import { createHash } from "node:crypto";
import { type AdminHandlers, RpcError } from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import { type CapturedEvent, newId } from "@hookgate/types";
import { leavingHeaders } from "../headers/leaving_headers.ts";
import type { ProtectEvents } from "../ingest/store_events.ts";
import type { Captures } from "../store/contract/captures.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";
import { isRetired } from "../store/contract/subscriptions.ts";
import type { Matching } from "../subscriptions/match_subscriptions.ts";
import type { EventTraces } from "../traces/event_traces.ts";
import type { KnownNames } from "./name_notes.ts";
import { missing, toRpcError } from "./rpc_errors.ts";

/** Largest body of a copy, in bytes. */
const BODY_BYTES_MAX = 1_024 * 1_024;

/** Times that a copy is matched again because the set of subscriptions changed meanwhile. */
const TRIES_MAX = 5;

/** Options for {@linkcode copyCalls}. */
export interface CopyCallsOptions extends KnownNames {
  store: StoreTime & Pick<Events, "getEvent"> & Captures;
  matching: () => Matching;
  refreshMatching: () => Promise<void>;
  /** How data is protected before it is stored. */
  protection?: Pick<ProtectEvents, "protect">;
  /** Called when a delivery was stored waiting and due. */
  wake: (subscription: string) => void;
  /** @default {null} nothing is traced */
  traces?: Pick<EventTraces, "made"> | null;
  log: Log;
}

/** The operator's call that delivers an event with another body. */
export function copyCalls({
  store,
  matching,
  refreshMatching,
  protection,
  wake,
  traces,
  log,
  ...known
}: CopyCallsOptions): Pick<AdminHandlers, "createCopy"> {
  async function commit(event: CapturedEvent, subscription: string): Promise<string> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      checkSubscription(subscription, known);
      const id = newId("dlv", { now: store.now() });
      const delivery = { id, subscription, claim: null, orderKey: null };
      const capture = { event, deliveries: [delivery], skipped: [] };
      const { revision } = matching();
      if (await store.commit([capture], { revision }).catch(toRpcError)) return id;
      await refreshMatching().catch(toRpcError);
    }
    throw new RpcError("UNAVAILABLE", "the subscriptions keep changing: try again");
  }

  return {
    async createCopy({ eventId, subscription, body }) {
      if (body.length > BODY_BYTES_MAX) {
        throw new RpcError("INVALID_ARGUMENT", `body has ${BODY_BYTES_MAX} bytes at most`);
      }
      checkSubscription(subscription, known);
      const detail = await store.getEvent(eventId).catch(toRpcError);
      if (!detail) throw missing("event", eventId);
      const now = store.now();
      const id = newId("evt", { now });
      // What is hidden in it stays hidden: the copy has what its operator has seen.
      const { protection: _, ...shown } = detail.event;
      const copy: CapturedEvent = {
        ...shown,
        ...{ id, receivedAt: now, secretId: "", address: "", addressChain: "" },
        headers: leavingHeaders(detail.event, known.sources()),
        body,
        bodySha256: createHash("sha256").update(body).digest(),
        flags: ["edited"],
        // An id that no provider gives: so nothing that a provider sends is a duplicate of a copy. And it says where it is from.
        providerEventId: `copy ${id} of ${eventId}`,
        dedupe: "id",
        bodyWindowMs: 0,
      };
      const [stored = copy] = (await protection?.protect([copy])) ?? [];
      const deliveryId = await commit(stored, subscription);
      traces?.made(copy, "copy");
      log.warn({ event: id, of: eventId, subscription }, "an edited copy is delivered");
      wake(subscription);
      return { eventId: id, deliveryId };
    },
  };
}

function checkSubscription(name: string, { subscriptions }: KnownNames): void {
  const found = subscriptions().find(({ definition }) => definition.name === name);
  if (!found) throw missing("subscription", name);
  if (isRetired(found)) {
    const why = `subscription ${JSON.stringify(name)} is not served any more`;
    throw new RpcError("FAILED_PRECONDITION", why);
  }
}
