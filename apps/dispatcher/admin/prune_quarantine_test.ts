import { createLog } from "@hookgate/telemetry";
import { expect, test } from "@jest/globals";
import { pruneQuarantine } from "./prune_quarantine.ts";

const LINE = { requests: 3, msg: "old refused requests removed" };

test.each([
  [0, { quarantineMs: 604_800_000 }, 604_800_000, []],
  [3, { quarantineMs: 604_800_000 }, 604_800_000, [LINE]],
  [3, { quarantineMs: 5_000 }, 5_000, [LINE]],
])(
  "pruneQuarantine() removes what is older: %d, kept as %j says",
  async (removed, kept, ms, expected) => {
    const asked: number[] = [];
    const lines: object[] = [];
    const store = {
      now: () => 1_763_950_000_000,
      async pruneQuarantine({ receivedBefore }: { receivedBefore: number }) {
        asked.push(receivedBefore);
        return removed;
      },
    };
    const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const log = createLog({ name: "test", level: "info", destination });
    await pruneQuarantine(store, { ...kept, log });
    expect(asked).toEqual([1_763_950_000_000 - ms]);
    expect(lines).toMatchObject(expected);
  },
);
