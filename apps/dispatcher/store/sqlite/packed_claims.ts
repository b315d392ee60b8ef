import type { Delivery } from "@hookgate/types";
import type { Claim, ClaimedDelivery } from "../contract/deliveries.ts";
import { joinBytes } from "./packed_captures.ts";
import {
  type BytesRow,
  type DeliveryRow,
  type OrderRow,
  readAttempts,
  readFlags,
  readOrder,
  type SummaryRow,
  unpackId,
} from "./rows.ts";

/** Columns that a claimed delivery is read from. */
export type ClaimedRow = DeliveryRow & SummaryRow & BytesRow;

/** The texts of a delivery and its event, in the order in which they travel. */
const TEXTS = [
  "subscription",
  "source",
  "provider",
  "type",
  "provider_type",
  "provider_event_id",
  "secret_id",
  "address",
  "address_chain",
] as const satisfies readonly (keyof ClaimedRow)[];

/** Bytes of an id, and of a body's digest. */
const ID_BYTES = 16;
const SHA256_BYTES = 32;

/**
 * What the worker's `claimDue` returns. An object for each delivery costs several times what its bytes do on the way: all texts
 * are one, and all numbers.
 */
export interface PackedClaims {
  /** How many there are. */
  claimed: number;
  text: string;
  numbers: Float64Array;
  /** Of each delivery its id, its event's, the digest, headers and body, one after the other. */
  bytes: Uint8Array;
  /** What few deliveries have, by their place. */
  rare: ReadonlyMap<number, RareParts>;
}

/** What a first attempt without an order or a replay does not have. */
type RareParts = OrderRow &
  Pick<ClaimedRow, "replay_of" | "replay" | "failure" | "attempts" | "reason">;

/** Packs claimed deliveries for the caller's thread. */
export function packClaims(rows: readonly ClaimedRow[]): PackedClaims {
  const numbers: number[] = [];
  const parts: Uint8Array[] = [];
  const rare = new Map<number, RareParts>();
  let text = "";
  for (const [index, row] of rows.entries()) {
    for (const name of TEXTS) {
      text += row[name];
      numbers.push(row[name].length);
    }
    const { generation, attempt, attempt_base, interruptions, suspect, received_at, flags } = row;
    numbers.push(generation, attempt, attempt_base, interruptions, suspect, received_at, flags);
    numbers.push(row.headers.length, row.body.length);
    parts.push(row.id, row.event_id, row.body_sha256, row.headers, row.body);
    if (isRare(row)) rare.set(index, rareParts(row));
  }
  const bytes = joinBytes(parts);
  return { claimed: rows.length, text, numbers: Float64Array.from(numbers), bytes, rare };
}

function isRare({ order_key, replay_of, replay, attempts, reason }: RareParts): boolean {
  return (
    order_key !== null ||
    replay_of !== null ||
    replay !== null ||
    attempts !== "[]" ||
    reason !== ""
  );
}

function rareParts(row: ClaimedRow) {
  const { order_key, position, replay_of, replay, failure, attempts, reason } = row;
  return { order_key, position, replay_of, replay, failure, reason, ...(attempts && { attempts }) };
}

/**
 * Reads what {@linkcode packClaims} packed. The bytes of each event are a copy of their own: it may stay in memory for as long as
 * a handler runs, and would keep those of all others.
 */
export function readClaims(input: PackedClaims, claim: Claim): ClaimedDelivery[] {
  const { claimed, text, numbers, bytes, rare } = input;
  const read: ClaimedDelivery[] = [];
  let at = 0;
  let textAt = 0;
  let byteAt = 0;
  const number = () => numbers[at++] ?? 0;
  const nextText = () => {
    const start = textAt;
    textAt += number();
    return text.slice(start, textAt);
  };
  for (let index = 0; index < claimed; index += 1) {
    const subscription = nextText();
    const source = nextText();
    const provider = nextText();
    const type = nextText();
    const providerType = nextText();
    const providerEventId = nextText();
    const secretId = nextText();
    const address = nextText();
    const addressChain = nextText();
    const generation = number();
    const attempt = number();
    const attemptBase = number();
    const interruptions = number();
    const suspect = number() === 1;
    const receivedAt = number();
    const flags = readFlags(number());
    const headersEnd = 2 * ID_BYTES + SHA256_BYTES + number();
    const end = headersEnd + number();
    const own = new Uint8Array(bytes.subarray(byteAt, byteAt + end));
    byteAt += end;
    const eventId = unpackId("evt", own.subarray(ID_BYTES, 2 * ID_BYTES));
    const delivery: Delivery = {
      id: unpackId("dlv", own.subarray(0, ID_BYTES)),
      eventId,
      subscription,
      generation,
      state: "running",
      nextAttemptAt: null,
      attempt,
      attemptBase,
      interruptions,
      suspect,
      ...readRare(rare.get(index)),
    };
    const event = {
      id: eventId,
      source,
      provider,
      type,
      providerType,
      receivedAt,
      providerEventId,
      secretId,
      address,
      addressChain,
      bodySha256: own.subarray(2 * ID_BYTES, 2 * ID_BYTES + SHA256_BYTES),
      flags,
      headers: own.subarray(2 * ID_BYTES + SHA256_BYTES, headersEnd),
      body: own.subarray(headersEnd),
    };
    read.push({ delivery, event, claim });
  }
  return read;
}

const NOTHING_RARE = {
  failure: null,
  replayOf: null,
  reason: "",
  attempts: [],
  order: null,
  replay: null,
};

function readRare(parts: RareParts | undefined) {
  if (!parts) return NOTHING_RARE;
  const { replay_of, replay, failure, attempts = "[]", reason } = parts;
  return {
    failure: failure && unpackId("flr", failure),
    replayOf: replay_of && unpackId("dlv", replay_of),
    reason,
    attempts: readAttempts(attempts),
    order: readOrder(parts),
    replay: replay && unpackId("rpl", replay),
  };
}
