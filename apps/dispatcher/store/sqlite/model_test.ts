import { DatabaseSync } from "node:sqlite";
import { test } from "@jest/globals";
import fc from "fast-check";
import type { OperationName } from "../contract/operations.ts";
import type { Peer } from "../suite/model/comparison.ts";
import { interleave, steps } from "../suite/model/interleavings.ts";
import { prepareOperations } from "./operations.ts";
import { prepareSchema } from "./schema.ts";
import { CROSSINGS } from "./wire.ts";

/** How any operation crosses to the thread and back. */
interface AnyCrossing {
  pack?: (...args: readonly unknown[]) => { args: readonly unknown[] };
  unpack?: (output: unknown, at: number, ...args: readonly unknown[]) => unknown;
}

/** The operations themselves, without file and thread, at times of the test's choice. */
function openPeer(): Peer & Disposable {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  const operations = prepareOperations(db);
  let now = Date.now();
  return {
    exact: true,
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    call(operation, at, args) {
      const { pack, unpack } = (CROSSINGS[operation as OperationName] ?? {}) as AnyCrossing;
      const run = operations[operation as keyof typeof operations] as (
        now: number,
        ...args: readonly unknown[]
      ) => unknown;
      const output = run(at, ...(pack?.(...args).args ?? args));
      return unpack ? unpack(output, at, ...args) : output;
    },
    [Symbol.dispose]: () => db.close(),
  };
}

test("the embedded store does what the model of the contract does, to the millisecond", async () => {
  await fc.assert(
    fc.asyncProperty(steps(60), async (taken) => {
      using peer = openPeer();
      await interleave(peer, taken);
    }),
    { numRuns: 300, endOnFailure: true },
  );
}, 120_000);
