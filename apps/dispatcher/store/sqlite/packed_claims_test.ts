import { EVENT_FLAGS } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { newClaim } from "../suite/fixtures.ts";
import {
  type ClaimedRow,
  type EventRow,
  packClaims,
  type RareRow,
  readClaims,
} from "./packed_claims.ts";
import { packFlags, readDelivery, readEvent } from "./rows.ts";

const TEXTS = ["", "plain", "\u0000 and \ud83d\ude00", "\ud800", "ü".repeat(300)];

/** An event with each text, and its columns by their names. */
const events = TEXTS.map((text, n) => {
  const named = {
    row: n + 1,
    event_id: new Uint8Array(16).fill(n + 100),
    source: text,
    provider: "generic",
    type: text,
    provider_type: text,
    provider_event_id: text,
    secret_id: text,
    address: "::1",
    address_chain: text,
    received_at: 1_767_225_600_000.5,
    flags: packFlags(EVENT_FLAGS.slice(0, n)),
    body_sha256: new Uint8Array(32).fill(n),
    headers: new TextEncoder().encode(text),
    body: new TextEncoder().encode(text.repeat(n)),
  };
  return { named, row: Object.values(named) as unknown as EventRow };
});

const plainRow: RareRow = {
  replay_of: null,
  replay: null,
  failure: null,
  order_key: null,
  position: null,
  reason: "",
  attempts: "[]",
};

/** Of each event a plain delivery, one that has everything, and one of an order without a key. */
const claimed = TEXTS.flatMap((text, n): ClaimedRow[] => {
  const attempt = { number: 1, startedAt: 1, durationMs: 1, outcome: "failed", error: text };
  const delivery: ClaimedRow = {
    row: 10 * n,
    id: new Uint8Array(16).fill(n),
    event: n + 1,
    subscription: text,
    generation: n + 1,
    attempt: n,
    attemptBase: n % 2,
    interruptions: n,
    suspect: n % 2,
    rare: undefined,
  };
  const rare: RareRow = {
    replay_of: new Uint8Array(16).fill(7),
    replay: new Uint8Array(16).fill(8),
    failure: new Uint8Array(16).fill(9),
    order_key: text,
    position: 3,
    reason: text,
    attempts: JSON.stringify([{ ...attempt, response: null }]),
  };
  const keyless = { ...plainRow, order_key: "", position: 1 };
  return [delivery, { ...delivery, rare }, { ...delivery, subscription: "mail", rare: keyless }];
});

const packed = () =>
  packClaims(
    events.map(({ row }) => row),
    claimed,
  );

test("readClaims() reads what packClaims() packed, on the other side of a thread", () => {
  const claim = newClaim();
  const read = readClaims(structuredClone(packed()), claim);
  const plain = (value: object) =>
    JSON.parse(JSON.stringify(value, (_key, one) => (one instanceof Uint8Array ? [...one] : one)));
  expect(read).toHaveLength(claimed.length);
  for (const [index, { event, attemptBase, rare = plainRow, ...row }] of claimed.entries()) {
    const { named } = events[event - 1] as (typeof events)[number];
    const stored = { ...row, ...rare, event_id: named.event_id, attempt_base: attemptBase };
    const running = {
      ...readDelivery({ ...stored, state: 0, next_at: 0 }, { onClock: (steady) => steady }),
      state: "running",
      nextAttemptAt: null,
    };
    const expected = { delivery: running, event: readEvent(named), claim };
    expect(plain(read[index] ?? {})).toEqual(plain(expected));
  }
});

test("readClaims() gives each event bytes of its own, and its deliveries the same event", () => {
  const read = readClaims(packed(), newClaim());
  expect(new Set(read.map(({ event }) => event)).size).toBe(events.length);
  expect(new Set(read.map(({ event }) => event.body.buffer)).size).toBe(events.length);
});
