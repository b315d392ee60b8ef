import fc from "fast-check";
import type { SuiteContext } from "../fixtures.ts";
import type { Peer } from "./comparison.ts";
import { Interleaving } from "./interleaving.ts";

/** How often each happens, compared with the others. */
const WEIGHTS = {
  commit: 5,
  again: 2,
  claim: 6,
  settle: 6,
  settleLate: 1,
  advance: 3,
  setClock: 1,
  reopen: 1,
  cancel: 1,
  retry: 2,
  heartbeat: 2,
  takeOver: 1,
  reclaim: 1,
  repeat: 2,
  endReplay: 1,
  pause: 1,
  resume: 2,
} as const;

const KINDS = Object.keys(WEIGHTS) as Kind[];
type Kind = keyof typeof WEIGHTS;

/** What happens, and numbers to choose with. */
export interface Step {
  kind: Kind;
  picks: readonly number[];
}

const STEP: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(...KINDS.map((kind) => ({ weight: WEIGHTS[kind], arbitrary: fc.constant(kind) }))),
  picks: fc.array(fc.nat({ max: 999 }), { minLength: 8, maxLength: 8 }),
});

/** So many steps. */
export function steps(length: number): fc.Arbitrary<Step[]> {
  return fc.array(STEP, { minLength: 1, maxLength: length, size: "max" });
}

/** Takes the steps, on the store and on a model of it, and compares every answer. */
export async function interleave(peer: Peer, taken: readonly Step[]): Promise<void> {
  const run = new Interleaving(peer);
  await run.begin();
  for (const { kind, picks } of taken) {
    run.choose(picks);
    await run[kind]();
  }
  await run.check();
  await run.drain();
}

/** Some hundred calls, one after the other, on a machine that has other things to do. */
const TEST_MS = 60_000;

/** Any interleaving of what can happen to deliveries, on a whole store. */
export function testInterleavings(context: SuiteContext): void {
  const operations = () =>
    context.store as unknown as Record<string, (...args: unknown[]) => unknown>;
  const peer: Peer = {
    exact: false,
    now: () => context.store.now(),
    advance: (ms) => context.advance(ms),
    call: (operation, _now, args) => operations()[operation]?.(...args),
  };
  context.testWithClock(
    "deliveries do what the model of this contract does, under any interleaving",
    async () => {
      await fc.assert(
        fc.asyncProperty(steps(60), (taken) => interleave(peer, taken)),
        // Failures are not shrunk: that would take longer than a test may.
        { numRuns: 3, endOnFailure: true },
      );
    },
    TEST_MS,
  );
}
