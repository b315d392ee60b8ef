import { EVENT_FLAGS } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { newClaim } from "../suite/fixtures.ts";
import { type ClaimedRow, packClaims, readClaims } from "./packed_claims.ts";
import { packFlags, readDelivery, readEvent } from "./rows.ts";

const TEXTS = ["", "plain", "\u0000 and \ud83d\ude00", "\ud800", "ü".repeat(300)];

const rows = TEXTS.flatMap((text, n): ClaimedRow[] => {
  const row: ClaimedRow = {
    row: n,
    id: new Uint8Array(16).fill(n),
    event_id: new Uint8Array(16).fill(n + 100),
    subscription: text,
    generation: n + 1,
    replay_of: null,
    state: 0,
    next_at: 1_000,
    attempt: n,
    attempt_base: n % 2,
    interruptions: n,
    suspect: n % 2,
    reason: "",
    order_key: null,
    position: null,
    replay: null,
    failure: null,
    attempts: "[]",
    source: text,
    provider: "generic",
    type: text,
    provider_type: text,
    received_at: 1_767_225_600_000.5,
    provider_event_id: text,
    secret_id: text,
    address: "::1",
    address_chain: text,
    flags: packFlags(EVENT_FLAGS.slice(0, n)),
    body_sha256: new Uint8Array(32).fill(n),
    headers: new TextEncoder().encode(text),
    body: new TextEncoder().encode(text.repeat(n)),
  };
  const attempt = { number: 1, startedAt: 1, durationMs: 1, outcome: "failed", error: text };
  const rare = {
    replay_of: new Uint8Array(16).fill(7),
    replay: new Uint8Array(16).fill(8),
    failure: new Uint8Array(16).fill(9),
    order_key: text,
    position: 3,
    reason: text,
    attempts: JSON.stringify([{ ...attempt, response: null }]),
  };
  return [row, { ...row, ...rare }, { ...row, order_key: "" }];
});

test("readClaims() reads what packClaims() packed, on the other side of a thread", () => {
  const claim = newClaim();
  const read = readClaims(structuredClone(packClaims(rows)), claim);
  const plain = (value: object) =>
    JSON.parse(JSON.stringify(value, (_key, one) => (one instanceof Uint8Array ? [...one] : one)));
  expect(read).toHaveLength(rows.length);
  for (const [index, row] of rows.entries()) {
    const running = {
      ...readDelivery(row, { onClock: (steady) => steady }),
      state: "running",
      nextAttemptAt: null,
    };
    const expected = { delivery: running, event: readEvent(row), claim };
    expect(plain(read[index] ?? {})).toEqual(plain(expected));
  }
});

test("readClaims() gives each event bytes of its own", () => {
  const buffers = readClaims(packClaims(rows), newClaim()).map(({ event }) => event.body.buffer);
  expect(new Set(buffers).size).toBe(rows.length);
});
