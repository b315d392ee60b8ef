import fc from "fast-check";
import type { Fault } from "./store_link.ts";

/** The store's calls that can fail. */
const CALLS = [
  "commit",
  "claimDue",
  "settle",
  "nextDueAt",
  "heartbeat",
  "takeOver",
  "reclaim",
  "pause",
] as const;

/** How an attempt ends. */
export const RESULTS = [
  "succeeded",
  "failed",
  "permanent",
  "limited",
  "gone",
  "timed_out",
  "host_lost",
  "interrupted",
  "not_started",
] as const;

/** One thing that happens. `who` and `pick` choose among the dispatchers or deliveries that there are. */
export type Step =
  | { kind: "wait"; ms: number }
  | Sending
  /** What goes wrong with the next such call. */
  | { kind: "fault"; call: (typeof CALLS)[number]; how: Fault; who: number }
  | { kind: "outage"; ms: number }
  | { kind: "kill"; who: number; downMs: number }
  | { kind: "freeze"; who: number; ms: number }
  | { kind: "restart"; who: number }
  | { kind: "setClock"; ms: number }
  | { kind: "retry" | "cancel" | "repeat"; pick: number; who: number }
  | { kind: "pause" | "resume"; name: "plain" | "ordered" };

/** Events that a provider sends in one post. */
export interface Sending {
  kind: "send";
  events: number;
  to: "plain" | "ordered" | "both";
  key: string;
  who: number;
  /** Whether the provider sends again what was not answered. */
  again: boolean;
}

/** What happens, from beginning to end: the same schedule has the same course. */
export interface Schedule {
  /** Two dispatchers on one store, or one on its embedded store. */
  shared: boolean;
  /** Of how long calls take. */
  seed: number;
  /** How attempts end, in the order in which they begin; those after the last one succeed. */
  results: readonly { result: (typeof RESULTS)[number]; ms: number }[];
  steps: readonly Step[];
}

const who = fc.nat({ max: 1 });
const pick = fc.nat({ max: 30 });
const ms = (...all: number[]) => fc.constantFrom(...all);
const kind = <K extends Step["kind"]>(...kinds: K[]) => fc.constantFrom(...kinds);
const name = fc.constantFrom("plain" as const, "ordered" as const);

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: kind("wait"), ms: ms(1, 3, 20, 300, 1_000, 5_000) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: kind("send"),
      events: fc.integer({ min: 1, max: 4 }),
      to: fc.constantFrom("plain" as const, "ordered" as const, "both" as const),
      key: fc.constantFrom("k", "l"),
      who,
      again: fc.constantFrom(true, true, true, false),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: kind("fault"),
      call: fc.constantFrom(...CALLS),
      how: fc.constantFrom<Fault[]>("before", "after", "late", "given_up"),
      who,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind("outage"), ms: ms(300, 4_000, 12_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("kill"), who, downMs: ms(200, 12_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("freeze"), who, ms: ms(500, 4_000, 12_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("restart"), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: kind("setClock"), ms: ms(-3_600_000, -2_000, 3_600_000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: kind("retry", "cancel", "repeat"), pick, who }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("pause", "resume"), name }) },
);

const RESULT = fc.record({
  result: fc.oneof(
    { weight: 4, arbitrary: fc.constant("succeeded" as const) },
    { weight: 3, arbitrary: fc.constant("failed" as const) },
    { weight: 3, arbitrary: fc.constantFrom(...RESULTS) },
  ),
  ms: ms(1, 2, 10, 400),
});

/** Any schedule. */
export const SCHEDULE: fc.Arbitrary<Schedule> = fc.record({
  shared: fc.boolean(),
  seed: fc.nat({ max: 999 }),
  results: fc.array(RESULT, { maxLength: 12 }),
  steps: fc.array(STEP, { minLength: 1, maxLength: 14, size: "max" }),
});
