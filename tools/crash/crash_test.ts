import { expect, test } from "@jest/globals";
import { FAULT_NAMES } from "./crash.ts";
import type { StoreName } from "./fault.ts";
import { FAULTS } from "./faults/faults.ts";
import { runFault } from "./run_fault.ts";
import { runSabotage, SABOTAGE_NAMES } from "./run_sabotage.ts";

/** Posts a second: the machine also runs other tests, and SecantusDB then stores a few dozen rows a second, some ten an event. */
const PER_SECOND: Readonly<Record<StoreName, number>> = { embedded: 30, mongodb: 4 };

/** Fewer acknowledged posts would prove nothing. */
const ACKED_MIN = 10;

const seed = Date.now() % 1_000_000;

// The one that shows on MongoDB only takes as long as all others: `npm run crash -- --fault F4` runs it.
test.each(SABOTAGE_NAMES.filter((name) => name !== "the fence removed"))(
  "the judge notices a dispatcher with this sabotage: %s",
  async (name) => {
    expect({ seed, found: await runSabotage(name, { seed }) }).not.toEqual({ seed, found: "" });
  },
  600_000,
);

const RUNS = FAULTS.flatMap((fault) =>
  Object.entries(fault.kills.short).map(([store, kills]) => {
    return { fault, store: store as StoreName, kills, name: `${fault.name} on ${store}` };
  }),
);

test.each(RUNS)(
  "nothing acknowledged is lost: $name, $fault.what",
  async ({ fault, store, kills }) => {
    const missing = (await fault.missing?.()) ?? null;
    if (missing) {
      process.stderr.write(`\nnot run: ${fault.name} (${missing})\n\n`);
      return;
    }
    const run = { store, seed, kills, short: true, perSecond: PER_SECOND[store] };
    const { verdict, problems, keptIn } = await runFault(fault, run);
    expect({ seed, keptIn, problems }).toEqual({ seed, keptIn: null, problems: [] });
    expect(verdict.acked).toBeGreaterThan(ACKED_MIN);
  },
  600_000,
);

test("every fault of the table has a name to be called by", () => {
  const numbers = Array.from({ length: 12 }, (_, index) => `F${index + 1}`);
  expect(FAULT_NAMES.toSorted()).toEqual([...numbers, "power"].toSorted());
});
