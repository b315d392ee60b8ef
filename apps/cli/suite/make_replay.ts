import type { Replay } from "@hookgate/types";

/** A replay for tests: it runs, and has made nothing yet. */
export function makeReplay(overrides: Partial<Replay> = {}): Replay {
  return {
    id: `rpl_${"0".repeat(31)}1`,
    kind: "replay",
    filter: { state: "dead" },
    reason: "crm was down",
    perSecond: 200,
    state: "running",
    createdAt: Date.now(),
    endedAt: null,
    cursor: null,
    seen: 0,
    made: 0,
    expected: 1_234,
    ...overrides,
  };
}
