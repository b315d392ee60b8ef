import { createLog } from "@hookgate/telemetry";
import { expect, test } from "@jest/globals";
import { QUARANTINE_RETENTION_MS } from "../store/event_store.ts";
import { pruneQuarantine } from "./prune_quarantine.ts";

test.each([
  [0, []],
  [3, [{ requests: 3, msg: "old refused requests removed" }]],
])("pruneQuarantine() removes what is older than it is kept: %d", async (removed, expected) => {
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
  await pruneQuarantine(store, { log: createLog({ name: "test", level: "info", destination }) });
  expect(asked).toEqual([1_763_950_000_000 - QUARANTINE_RETENTION_MS]);
  expect(lines).toMatchObject(expected);
});
