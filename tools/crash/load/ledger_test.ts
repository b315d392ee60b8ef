import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { openLedger, readLedger } from "./ledger.ts";

const POST = { source: "a", sha256: "00", signed: true, sent: 1 };

test("openLedger() has a post on the disk before it may be sent, and its answer later", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "ledger");
  const answer = { at: 2, status: 200, eventId: "evt_1" };
  {
    await using ledger = openLedger(path);
    await Promise.all([ledger.sending({ id: 1, ...POST }), ledger.sending({ id: 2, ...POST })]);
    expect(readLedger(path)).toEqual([
      { id: 1, ...POST, answer: null },
      { id: 2, ...POST, answer: null },
    ]);
    ledger.answered(1, answer);
  }
  expect(readLedger(path)).toEqual([
    { id: 1, ...POST, answer },
    { id: 2, ...POST, answer: null },
  ]);
});

test("openLedger() refuses a file that exists", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "ledger");
  appendFileSync(path, "{}");
  expect(() => openLedger(path)).toThrow("EEXIST");
});
