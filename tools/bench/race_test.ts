import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, jest, test } from "@jest/globals";
import { NotInstalledError } from "./peers/database_servers.ts";
import { type Entrant, race } from "./race.ts";

/** Counts its rounds. */
function counting(name: string, { perSecond }: { perSecond: number }) {
  const seen = { folder: "", stopped: false };
  const entrant: Entrant<{ perSecond: number; stop(): Promise<void> }> = {
    name,
    async start(folder) {
      seen.folder = folder;
      return {
        perSecond,
        async stop() {
          seen.stopped = true;
        },
      };
    },
  };
  return { entrant, seen };
}

const COLUMNS = [{ name: "posts/s", digits: 0, ratio: "ours ÷ it", parts: true }] as const;

async function captured(run: () => Promise<void>): Promise<string> {
  const log = jest.spyOn(console, "log").mockImplementation(() => {});
  const error = jest.spyOn(console, "error").mockImplementation(() => {});
  try {
    await run();
    return log.mock.calls.flat().join("\n");
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}

test("race() leaves out the warm-up, names what is not installed, and cleans up", async () => {
  await using folder = await temporaryDirectory();
  const json = join(folder.path, "values.json");
  const fast = counting("fast", { perSecond: 200 });
  const slow = counting("slow", { perSecond: 100 });
  const absent: Entrant<{ perSecond: number; stop(): Promise<void> }> = {
    name: "absent",
    start: () => Promise.reject(new NotInstalledError("Cannot start it: apt-get install it")),
  };
  const shown = await captured(() =>
    race({
      entrants: [fast.entrant, absent, slow.entrant],
      rounds: 2,
      measure: async ({ perSecond }, { round }) => ({
        "posts/s": perSecond + round,
        ...(perSecond === 100 && { "posts/s: one": 60, "posts/s: two": 40 }),
      }),
      title: "a race",
      columns: COLUMNS,
      json,
    }),
  );

  expect(shown).toContain("| | posts/s | ours ÷ it | of which |");
  expect(shown).toContain("| fast | 202 (201 to 202) | 1.00 (1.00 to 1.00) | – |");
  expect(shown).toContain("| absent | – | – | – |");
  expect(shown).toMatch(/\| slow \| 102 \(101 to 102\) \| 1\.99 \(.*\) \| one 60, two 40 \|/);
  expect(shown).toContain("Not measured: absent. Cannot start it: apt-get install it");
  const { rows } = JSON.parse(await readFile(json, "utf8"));
  expect(rows[2].figures["posts/s"]).toEqual([101, 102]);
  expect(fast.seen.stopped && slow.seen.stopped).toBe(true);
  expect(existsSync(fast.seen.folder)).toBe(false);
});

test("race() stops what it has started if another entrant fails", async () => {
  const first = counting("first", { perSecond: 1 });
  const broken = { name: "broken", start: () => Promise.reject(new Error("broken")) };
  const running = captured(() =>
    race({
      entrants: [first.entrant, broken],
      rounds: 1,
      measure: async () => ({}),
      title: "a race",
      columns: COLUMNS,
    }),
  );

  await expect(running).rejects.toThrow("broken");
  expect(first.seen.stopped).toBe(true);
  expect(existsSync(first.seen.folder)).toBe(false);
});
