import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type {
  Delivery,
  DeliveryOrder,
  DeliveryState,
  EventFlag,
  IdPrefix,
  ReceivedEvent,
} from "@hookgate/types";
import { completeAttempt } from "../contract/version_1.ts";

/** A prepared statement that returns rows of the type `Row`. */
export interface Statement<Row> {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
  iterate(...values: SQLInputValue[]): Iterable<Row>;
  run(...values: SQLInputValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}

/** Prepares a statement that returns rows of the type `Row`; without one it only writes. */
export function prepare<Row = never>(db: DatabaseSync, sql: string): Statement<Row> {
  return db.prepare(sql) as unknown as Statement<Row>;
}

/** The same, but each row is an array of its columns, which costs a third of an object of many. */
export function prepareArrays<Row extends readonly unknown[]>(
  db: DatabaseSync,
  sql: string,
): Statement<Row> {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement as unknown as Statement<Row>;
}

/** States as the file has them; its partial indexes name 0 and 2. */
export const STATE_CODES = {
  waiting: 0,
  running: 1,
  delivered: 2,
  dead: 3,
  cancelled: 4,
} as const satisfies Record<DeliveryState, number>;

const STATES = Object.keys(STATE_CODES) as DeliveryState[];

const FLAG_BITS: readonly [EventFlag, number][] = [
  ["unreadable", 1],
  ["seen_before", 2],
  ["not_intact", 4],
  ["address_shadow", 8],
  ["released", 16],
  ["id_not_signed", 32],
  ["type_not_signed", 64],
  ["may_repeat", 128],
  ["stale", 256],
  ["edited", 512],
  ["protected", 1024],
  ["erased", 2048],
];

/** Sort before and after every id. */
export const ID_START = Buffer.of();
export const ID_END = Buffer.alloc(17, 255);

/** Columns of a delivery without its attempts: {@linkcode DeliveryRow}. */
export const DELIVERY_COLUMNS = `d.row, d.id, d.event_id, d.subscription, d.generation, d.replay_of,
  d.state, d.next_at, d.attempt, d.attempt_base, d.interruptions, d.suspect, d.reason, d.order_key,
  d.position, d.replay, d.failure`;

/** Columns of an event without headers and body: {@linkcode SummaryRow}. */
export const SUMMARY_COLUMNS = `e.row, e.id AS event_id, e.source, e.provider, e.type,
  e.provider_type, e.received_at, e.provider_event_id, e.secret_id, e.address, e.address_chain,
  e.flags, e.body_sha256`;

/** A delivery's place in an order. */
export interface OrderRow {
  order_key: string | null;
  position: number | null;
}

/** A row of {@linkcode DELIVERY_COLUMNS}, and perhaps its attempts. */
export interface DeliveryRow extends OrderRow {
  row: number;
  id: Uint8Array;
  event_id: Uint8Array;
  subscription: string;
  generation: number;
  replay_of: Uint8Array | null;
  state: number;
  next_at: number | null;
  attempt: number;
  attempt_base: number;
  interruptions: number;
  suspect: number;
  reason: string;
  replay: Uint8Array | null;
  failure: Uint8Array | null;
  attempts?: string;
}

/** A row of {@linkcode SUMMARY_COLUMNS}. */
export interface SummaryRow {
  row: number;
  event_id: Uint8Array;
  source: string;
  provider: string;
  type: string;
  provider_type: string;
  received_at: number;
  provider_event_id: string;
  secret_id: string;
  address: string;
  address_chain: string;
  flags: number;
  body_sha256: Uint8Array;
}

/** The bytes of an event or a refused request. */
export interface BytesRow {
  headers: Uint8Array;
  body: Uint8Array;
}

/** The 16 bytes of an id; of the start of an id as many as it has. */
export function packId(id: string): Uint8Array {
  return Buffer.from(id.slice(4), "hex");
}

/** The id of these 16 bytes. */
export function unpackId(prefix: IdPrefix, bytes: Uint8Array): string {
  return `${prefix}_${Buffer.from(bytes).toString("hex")}`;
}

/** Flags as a number. */
export function packFlags(flags: readonly EventFlag[]): number {
  let bits = 0;
  for (const [flag, bit] of FLAG_BITS) if (flags.includes(flag)) bits |= bit;
  return bits;
}

/** Flags from their number; nearly always there are none. */
export function readFlags(bits: number): EventFlag[] {
  if (bits === 0) return [];
  return FLAG_BITS.filter(([, bit]) => (bits & bit) !== 0).map(([flag]) => flag);
}

/** A state from its code. */
export function readState(code: number): DeliveryState {
  return STATES[code] as DeliveryState;
}

/** A delivery, with its attempts if they were selected too. `time` reads when it is due: see `prepareSteadyTime`. */
export function readDelivery(
  row: DeliveryRow,
  time: { onClock(steady: number): number },
): Delivery {
  return {
    id: unpackId("dlv", row.id),
    eventId: unpackId("evt", row.event_id),
    subscription: row.subscription,
    generation: row.generation,
    replayOf: row.replay_of && unpackId("dlv", row.replay_of),
    state: readState(row.state),
    nextAttemptAt: row.next_at === null ? null : time.onClock(row.next_at),
    attempt: row.attempt,
    attemptBase: row.attempt_base,
    interruptions: row.interruptions,
    suspect: row.suspect === 1,
    failure: row.failure && unpackId("flr", row.failure),
    reason: row.reason,
    attempts: row.attempts === undefined ? [] : readAttempts(row.attempts),
    order: readOrder(row),
    replay: row.replay && unpackId("rpl", row.replay),
  };
}

/** A delivery's place in its order; null if it has none. */
export function readOrder(row: OrderRow): DeliveryOrder | null {
  // Reading a column costs a look-up, and most deliveries have no order.
  if (row.order_key === null) return null;
  return { key: row.order_key, position: row.position ?? 0 };
}

/** Attempts from their column. */
export function readAttempts(column: string): Delivery["attempts"][number][] {
  return column === "[]" ? [] : JSON.parse(column).map(completeAttempt);
}

/** An event without headers and body. */
export function readSummary(row: SummaryRow): Omit<ReceivedEvent, "headers" | "body"> {
  return {
    id: unpackId("evt", row.event_id),
    source: row.source,
    provider: row.provider,
    type: row.type,
    providerType: row.provider_type,
    receivedAt: row.received_at,
    providerEventId: row.provider_event_id,
    secretId: row.secret_id,
    address: row.address,
    addressChain: row.address_chain,
    bodySha256: row.body_sha256,
    flags: readFlags(row.flags),
  };
}

/** A whole event. */
export function readEvent(row: SummaryRow & BytesRow): ReceivedEvent {
  return { ...readSummary(row), headers: row.headers, body: row.body };
}
