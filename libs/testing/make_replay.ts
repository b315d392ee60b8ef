import { newId, type Replay } from "@hookgate/types";

/** Makes a replay of everything that has ended; it has made nothing yet. */
export function makeReplay(changes: Partial<Replay> = {}): Replay {
  return {
    id: newId("rpl"),
    kind: "replay",
    filter: {},
    reason: "it was down",
    perSecond: 1_000,
    state: "running",
    createdAt: 0,
    endedAt: null,
    cursor: null,
    seen: 0,
    made: 0,
    expected: null,
    ...changes,
  };
}
