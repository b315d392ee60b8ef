import type { Delivery, ReceivedEvent } from "@hookgate/types";
import type { Claim, ClaimedDelivery } from "../contract/deliveries.ts";
import { joinBytes, type PackedParts, PackedReader } from "./packed_parts.ts";
import {
  type DeliveryRow,
  type OrderRow,
  readAttempts,
  readFlags,
  readOrder,
  unpackId,
} from "./rows.ts";

/** A claimed delivery. */
export interface ClaimedRow {
  row: number;
  id: Uint8Array;
  /** The row of its event. */
  event: number;
  subscription: string;
  generation: number;
  attempt: number;
  attemptBase: number;
  interruptions: number;
  suspect: number;
  /** What few deliveries have. */
  rare: RareRow | undefined;
}

/** What a first attempt without an order or a replay does not have. */
export type RareRow = OrderRow &
  Pick<DeliveryRow, "replay_of" | "replay" | "failure" | "attempts" | "reason">;

/** Columns of {@linkcode RareRow}. */
export const RARE_COLUMNS = "order_key, position, replay_of, replay, failure, attempts, reason";

/** The columns of an event. */
export type EventRow = [
  row: number,
  id: Uint8Array,
  source: string,
  provider: string,
  type: string,
  providerType: string,
  providerEventId: string,
  secretId: string,
  address: string,
  addressChain: string,
  receivedAt: number,
  flags: number,
  bodySha256: Uint8Array,
  headers: Uint8Array,
  body: Uint8Array,
];

/** Bytes of an id, and of a body's digest. */
const ID_BYTES = 16;
const SHA256_BYTES = 32;

/**
 * What the worker's `claimDue` returns. An object for each delivery costs several times what its bytes do on the way: all texts
 * are one, and all numbers. An event is there once, whoever of its subscriptions has claimed it.
 */
export interface PackedClaims extends PackedParts {
  /** How many events there are, which come first, and how many deliveries: of these the bytes are only their ids. */
  events: number;
  deliveries: number;
  /** The subscriptions of the deliveries, each once. */
  subscriptions: readonly string[];
  /** What few deliveries have, by their place. */
  rare: ReadonlyMap<number, RareRow>;
}

/** Packs claimed deliveries and their events for the caller's thread. */
export function packClaims(
  events: readonly EventRow[],
  claimed: readonly ClaimedRow[],
): PackedClaims {
  const numbers: number[] = [];
  const parts: Uint8Array[] = [];
  const places = new Map<number, number>();
  let text = "";
  for (const [place, [row, id, ...columns]] of events.entries()) {
    places.set(row, place);
    const [source, provider, type, providerType, providerEventId, secretId, ...more] = columns;
    const [address, addressChain, receivedAt, flags, bodySha256, headers, body] = more;
    const texts = [source, provider, type, providerType, providerEventId, secretId, address];
    for (const one of [...texts, addressChain]) {
      text += one;
      numbers.push(one.length);
    }
    numbers.push(receivedAt, flags, headers.length, body.length);
    parts.push(id, bodySha256, headers, body);
  }
  const names = new Map<string, number>();
  const rare = new Map<number, RareRow>();
  for (const [place, delivery] of claimed.entries()) {
    const { id, event, subscription, generation, attempt, attemptBase } = delivery;
    const name = names.get(subscription) ?? names.size;
    names.set(subscription, name);
    numbers.push(name, places.get(event) ?? 0, generation, attempt, attemptBase);
    numbers.push(delivery.interruptions, delivery.suspect);
    parts.push(id);
    if (delivery.rare !== undefined) rare.set(place, delivery.rare);
  }
  return {
    events: events.length,
    deliveries: claimed.length,
    subscriptions: [...names.keys()],
    text,
    numbers: Float64Array.from(numbers),
    bytes: joinBytes(parts),
    rare,
  };
}

/**
 * Reads what {@linkcode packClaims} packed. The bytes of each event are a copy of their own: it may stay in memory for as long as
 * a handler runs, and would keep those of all others. Its deliveries share the event.
 */
export function readClaims(input: PackedClaims, claim: Claim): ClaimedDelivery[] {
  const { subscriptions, rare } = input;
  const packed = new PackedReader(input);
  const nextEvent = (): ReceivedEvent => {
    const source = packed.text();
    const provider = packed.text();
    const type = packed.text();
    const providerType = packed.text();
    const providerEventId = packed.text();
    const secretId = packed.text();
    const address = packed.text();
    const addressChain = packed.text();
    const receivedAt = packed.number();
    const flags = readFlags(packed.number());
    const headersAt = ID_BYTES + SHA256_BYTES;
    const bodyAt = headersAt + packed.number();
    const end = bodyAt + packed.number();
    const own = new Uint8Array(packed.bytes(end));
    return {
      id: unpackId("evt", own.subarray(0, ID_BYTES)),
      source,
      provider,
      type,
      providerType,
      receivedAt,
      providerEventId,
      secretId,
      address,
      addressChain,
      bodySha256: own.subarray(ID_BYTES, headersAt),
      flags,
      headers: own.subarray(headersAt, bodyAt),
      body: own.subarray(bodyAt),
    };
  };
  const events = Array.from({ length: input.events }, nextEvent);
  return Array.from({ length: input.deliveries }, (_, place) => {
    const subscription = subscriptions[packed.number()] ?? "";
    const event = events[packed.number()] as ReceivedEvent;
    const delivery: Delivery = {
      id: unpackId("dlv", packed.bytes(ID_BYTES)),
      eventId: event.id,
      subscription,
      generation: packed.number(),
      state: "running",
      nextAttemptAt: null,
      attempt: packed.number(),
      attemptBase: packed.number(),
      interruptions: packed.number(),
      suspect: packed.number() === 1,
      ...readRare(rare.get(place)),
    };
    return { delivery, event, claim };
  });
}

const NOTHING_RARE = {
  failure: null,
  replayOf: null,
  reason: "",
  attempts: [],
  order: null,
  replay: null,
};

function readRare(row: RareRow | undefined) {
  if (!row) return NOTHING_RARE;
  const { replay_of, replay, failure, attempts = "[]", reason } = row;
  return {
    failure: failure && unpackId("flr", failure),
    replayOf: replay_of && unpackId("dlv", replay_of),
    reason,
    attempts: readAttempts(attempts),
    order: readOrder(row),
    replay: replay && unpackId("rpl", replay),
  };
}
