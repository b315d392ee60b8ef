import { expect, test } from "@jest/globals";
import { StreamLedger } from "./stream_ledger.ts";

test("a StreamLedger gives every stream the same share", () => {
  const ledger = new StreamLedger(1_000);
  expect(ledger.share).toBe(1_000);
  for (let n = 0; n < 3; n += 1) ledger.streams.add({});
  expect(ledger.share).toBe(333);
});

test.each([
  // held, asked, fits, left
  [0, 1_000, true, 1_000],
  [0, 5_000, true, 1_000],
  [1, 999, true, 999],
  [1, 1_000, false, 999],
  [1_000, 0, true, 0],
  [5_000, 1, false, 0],
])("a StreamLedger that holds %p: %p more fit: %p, %p are left", (held, asked, fits, left) => {
  const ledger = new StreamLedger(1_000);
  if (held > 0) ledger.add({ bytes: held });
  expect([ledger.fits(asked), ledger.left]).toEqual([fits, left]);
});

test("a StreamLedger counts a delivery once, however often it is added or deleted", () => {
  const ledger = new StreamLedger(1_000);
  const [one, other] = [{ bytes: 100 }, { bytes: 200 }];
  for (const held of [one, one, other]) ledger.add(held);
  expect(ledger.left).toBe(700);
  for (const held of [one, one, one]) ledger.delete(held);
  expect(ledger.left).toBe(800);
});
