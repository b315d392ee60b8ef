import { DatabaseSync } from "node:sqlite";
import { test } from "@jest/globals";
import fc from "fast-check";
import type { Captures } from "../contract/captures.ts";
import type { Peer } from "../suite/model/comparison.ts";
import { interleave, steps } from "../suite/model/interleavings.ts";
import { prepareOperations } from "./operations.ts";
import { prepareSchema } from "./schema.ts";
import { CROSSINGS } from "./wire.ts";

/** The operations themselves, without file and thread, at times of the test's choice. */
function openPeer(): Peer & Disposable {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  const operations = prepareOperations(db);
  const commit = CROSSINGS.commit;
  let now = Date.now();
  return {
    exact: true,
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    call(operation, at, args) {
      if (operation === "commit" && commit?.pack && commit.unpack) {
        const given = args as Parameters<Captures["commit"]>;
        return commit.unpack(operations.commit(at, ...commit.pack(...given).args), at, ...given);
      }
      const run = operations[operation as keyof typeof operations] as (
        now: number,
        ...args: unknown[]
      ) => unknown;
      return run(at, ...args);
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
