import { expect, test } from "@jest/globals";
import { describeMs, measureRecovery } from "./recovery.ts";
import type { RunLine } from "./runs.ts";

test("measureRecovery() counts from each fault, and only what was sent after it", () => {
  const post = (id: number, sent: number, at: number, status: number) => ({
    id,
    source: "a",
    sha256: `${id}`,
    signed: true,
    sent,
    answer: { at, status, eventId: status === 200 ? `evt_${id}` : "" },
  });
  const runs: RunLine[] = [
    { kind: "begin", deliveryId: "dlv_4", eventId: "evt_4", at: 160 },
    { kind: "done", deliveryId: "dlv_4", at: 170 },
  ];
  const entries = [
    post(1, 90, 105, 200),
    post(2, 101, 110, 0),
    post(3, 102, 120, 503),
    post(4, 140, 150, 200),
    post(5, 200, 201, 200),
  ];
  expect(measureRecovery({ faults: [100, 190], entries, runs })).toEqual({
    edgeMs: [11, 20],
    acksMs: [11, 50],
    deliveriesMs: [70],
  });
});

test("describeMs() has the median and the maximum", () => {
  expect(describeMs([1, 2, 3, 9])).toBe("median 2 ms, max 9 ms");
  expect(describeMs([])).toBe("not measured");
});
