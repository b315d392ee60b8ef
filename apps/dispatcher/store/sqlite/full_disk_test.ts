import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "@hookgate/types";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { newCapture, newClaim, newEvent, newQuarantined, outcomeOf } from "../suite/fixtures.ts";
import { SqliteEngine } from "./engine.ts";
import { prepareStoreFile } from "./file.ts";
import { packCaptures } from "./packed_captures.ts";
import { packOutcomes } from "./packed_outcomes.ts";
import {
  type Args,
  type Call,
  packQuarantined,
  unpackAnswer,
  type WorkerOperation,
} from "./wire.ts";

const MIB = 1024 * 1024;

/** A disk so small that 5 % of it is less than the write-ahead log. */
const DISK_BYTES = 40 * MIB;

const BODY_BYTES = 8_000;

let dataDir: string;
let engine: SqliteEngine;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "hookgate-full-"));
  engine = new SqliteEngine({ file: prepareStoreFile(dataDir), disk: { statfs } });
});

afterEach(() => {
  engine.close();
  rmSync(dataDir, { recursive: true });
});

/** A disk that holds nothing but the store. */
function statfs() {
  const used = readdirSync(dataDir).map((name) => statSync(join(dataDir, name)).size);
  const free = DISK_BYTES - used.reduce((sum, size) => sum + size, 0);
  return { bsize: 1, blocks: DISK_BYTES, bavail: free };
}

const UNAVAILABLE = "unavailable";

/** Calls one operation. */
function call<K extends WorkerOperation>(operation: K, ...args: Args<K>): unknown {
  const one: Call = { number: 1, operation, args, now: Date.now(), steps: 0 };
  const [reply] = engine.run([one]);
  if (reply && "error" in reply) expect(reply.unavailable).toBe("disk_reserve");
  return reply && "value" in reply ? reply.value : UNAVAILABLE;
}

/** Stores and delivers events until the disk's reserve is reached; returns how many. */
function fillDisk(): number {
  for (let stored = 0; ; stored += 16) {
    const claim = newClaim();
    const body = () => Buffer.alloc(BODY_BYTES, newId("evt"));
    const captures = Array.from({ length: 16 }, () =>
      newCapture(newEvent({ body: body() }), ["mail"], claim),
    );
    if (call("commit", packCaptures(captures, 0)) === UNAVAILABLE) return stored;
    const deliveries = captures.flatMap((one) => unpackAnswer(one, null, 0).deliveries);
    const outcomes = deliveries.map((delivery) =>
      outcomeOf({ delivery, claim }, { state: "delivered" }),
    );
    expect(call("settle", packOutcomes(outcomes))).toEqual(outcomes.map(() => true));
  }
}

function pruneAll(): number {
  const before = Date.now() + 1_000;
  let removed = 0;
  for (let cursor: string | null = null; ; ) {
    const input = { deliveredBefore: before, deadBefore: before, cursor, limit: 200 };
    const step = call("pruneEvents", input) as { removed: number; cursor: string | null };
    removed += step.removed;
    cursor = step.cursor;
    if (cursor === null) return removed;
  }
}

test("retention ends the 503s of a disk that the store's own file has filled, each time", () => {
  for (let round = 0; round < 3; round += 1) {
    const stored = fillDisk();
    expect(stored).toBeGreaterThan(500);
    expect(statfs().bavail).toBeGreaterThan(8 * MIB);
    expect(call("diskHasRoom")).toBe(false);
    expect(call("heartbeat", "me")).not.toBe(UNAVAILABLE);
    expect(pruneAll()).toBe(stored);
    expect(call("diskHasRoom")).toBe(true);
  }
});

test("no byte of a pruned event stays readable, in the file or in its log", () => {
  const [small, large] = ["small secret ", "large secret "];
  const bodies = [small, large.repeat(100_000), "kept ".repeat(20)].map((one) => Buffer.from(one));
  const claim = newClaim();
  const captures = bodies.map((body) => newCapture(newEvent({ body }), ["mail"], claim));
  call("commit", packCaptures(captures, 0));
  const deliveries = captures.flatMap((one) => unpackAnswer(one, null, 0).deliveries);
  const ended = deliveries.slice(0, 2);
  const outcomes = ended.map((delivery) => outcomeOf({ delivery, claim }, { state: "delivered" }));
  call("settle", packOutcomes(outcomes));
  expect([small, large, "kept "].map(isReadable)).toEqual([true, true, true]);
  expect(pruneAll()).toBe(2);
  expect([small, large, "kept "].map(isReadable)).toEqual([false, false, true]);
});

test("no byte of a pruned refused request stays readable, in the file or in its log", () => {
  const body = Buffer.from("refused secret ".repeat(50_000));
  const requests = [1, 2, 3].map(() => newQuarantined({ body }));
  call("quarantine", packQuarantined(requests));
  expect(isReadable("refused secret ")).toBe(true);
  const steps: unknown[] = [];
  do steps.push(call("pruneQuarantine", { receivedBefore: Date.now() + 1_000 }));
  while (steps.at(-1) !== 0);
  expect(steps).toEqual([2, 1, 0]);
  expect(isReadable("refused secret ")).toBe(false);
});

/** Whether a text is in any of the store's files. */
function isReadable(text: string): boolean {
  return readdirSync(dataDir).some((name) => readFileSync(join(dataDir, name)).includes(text));
}
