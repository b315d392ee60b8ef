import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { Outcome } from "../contract/deliveries.ts";
import { newAttempt, newClaim } from "../suite/fixtures.ts";
import { packOutcomes, readOutcomes } from "./packed_outcomes.ts";
import { packId } from "./rows.ts";

const claims = [newClaim(), newClaim()];

const plain = (n: number, part: Partial<Outcome> = {}): Outcome => ({
  deliveryId: newId("dlv"),
  source: `source-${n % 2}`,
  type: "payment.success",
  subscription: n % 3 === 0 ? "mail" : "crm \ud800",
  claim: claims[n % 2] ?? newClaim(),
  next: { state: "delivered" },
  attempt: newAttempt({ number: n + 1, outcome: "succeeded", error: "", durationMs: 12.5 }),
  failure: null,
  interruptions: 0,
  suspect: false,
  order: null,
  ...part,
});

const sign = {
  id: `flr_${"0".repeat(32)}`,
  kind: "failed",
  errorClass: "",
  message: "no",
} as const;

const OTHERS: Partial<Outcome>[] = [
  { attempt: null },
  { attempt: newAttempt({ number: 1, outcome: "failed", error: "no" }) },
  { attempt: { ...newAttempt({ number: 1 }), response: { status: 200, body: "ok" } } },
  { next: { state: "waiting", nextAttemptAt: 5.5 } },
  { next: { state: "dead", reason: "no" } },
  { failure: { ...sign, frame: "", target: "", fileSha256: "" } },
  { order: { key: "", position: 1 } },
  { interruptions: 1 },
  { suspect: true },
];

test("readOutcomes() reads what packOutcomes() packed, on the other side of a thread, in order", () => {
  const outcomes = OTHERS.flatMap((part, n) => [plain(n), plain(n, part)]);
  const read = readOutcomes(structuredClone(packOutcomes(outcomes)));
  const expected = outcomes.map(({ deliveryId, ...rest }) => ({ id: packId(deliveryId), ...rest }));
  const comparable = (all: readonly { id: Uint8Array | null }[]) =>
    all.map(({ id, ...rest }) => ({ id: Buffer.from(id ?? []).toString("hex"), ...rest }));
  expect(comparable(read)).toEqual(comparable(expected));
});

test("packOutcomes() says nothing twice of what succeeded", () => {
  const packed = packOutcomes(Array.from({ length: 60 }, (_, n) => plain(n)));
  expect([packed.claims.length, packed.series.length, packed.others.size]).toEqual([2, 4, 0]);
  expect([packed.ids.length, packed.numbers.length]).toEqual([60 * 16, 60 * 5]);
});

test.each(["", "dlv_1", `evt_${"0".repeat(32)}`])(
  "readOutcomes() has no id of %p",
  (deliveryId) => {
    const [read] = readOutcomes(packOutcomes([plain(0, { deliveryId })]));
    expect(read?.id).toBeNull();
  },
);
