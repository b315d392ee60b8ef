import { createHash } from "node:crypto";
import { newId } from "@hookgate/types";
import { openSqliteStore } from "../sqlite/sqlite_store.ts";
import { newCapture, newClaim, newEvent, outcomeOf } from "./fixtures.ts";

// A dispatcher for killing: commits and settles as fast as it can, and reports on standard output what the store
// acknowledged, one line of JSON each.

/** What is said after each acknowledged step. */
export interface Acknowledged {
  /** Ids of events that were committed, their deliveries running. */
  committed?: string[];
  /** Ids of events whose delivery was settled as delivered. */
  delivered?: string[];
}

/** The body that the event of this id has. */
export function bodyOf(id: string): Uint8Array {
  const digest = createHash("sha512").update(id).digest();
  return Buffer.alloc(2_048 + (digest[0] ?? 0) * 16, digest);
}

const dataDir = process.argv[2];
if (process.argv[1] === import.meta.filename && dataDir) await commitForEver(dataDir);

async function commitForEver(directory: string): Promise<never> {
  const log = { info() {}, warn() {}, error() {} };
  const store = await openSqliteStore({ dataDir: directory, dispatcherId: "killed", log });
  const say = (line: Acknowledged) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const work = async () => {
    for (;;) {
      const claim = newClaim("killed");
      const captures = Array.from({ length: 40 }, () => {
        const id = newId("evt");
        return newCapture(newEvent({ id, body: bodyOf(id) }), ["mail"], claim);
      });
      const results = (await store.commit(captures, { revision: 0 })) ?? [];
      say({ committed: results.map(({ eventId }) => eventId) });
      const half = results.slice(0, 20).flatMap(({ deliveries }) => deliveries);
      const outcomes = half.map((delivery) =>
        outcomeOf({ delivery, claim }, { state: "delivered" }),
      );
      await store.settle(outcomes);
      say({ delivered: half.map(({ eventId }) => eventId) });
    }
  };
  await Promise.all([work(), work()]);
  throw new Error("Cannot happen");
}
