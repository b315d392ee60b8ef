import { createLog, createMetrics } from "@hookgate/telemetry";
import type { HandshakeSeen } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { exampleSource } from "../suite/example_source.ts";
import { noJumps } from "../suite/no_jumps.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { measureHandshakes, watchHandshakes } from "./handshakes.ts";

const HOUR_MS = 3_600_000;
const START = 1_763_950_000_000;
/** Zoom's comes every 72 hours. */
const LATE_MS = 108 * HOUR_MS;

/** A watch over a source of Zoom's, and one of Slack's, whose handshake comes once. */
function makeWatch(seen: HandshakeSeen[]) {
  const lines: { source: string; problem: string; lastOkAt: string | null }[] = [];
  const clock = { now: START };
  const sources = [
    exampleSource({ name: "zoom", provider: "zoom" }),
    exampleSource({ name: "slack", provider: "slack" }),
  ];
  const look = watchHandshakes({
    passed: noJumps({ now: () => clock.now }),
    store: { now: () => clock.now, handshakes: async () => seen },
    sources: () => sources,
    log: createLog({
      name: "test",
      level: "warn",
      destination: { write: (line: string) => void lines.push(JSON.parse(line)) },
    }),
  });
  return { look, lines, clock, sources };
}

const ok = (at: number, source = "zoom") => ({ source, at, ok: true });
const failed = (at: number, source = "zoom") => ({ source, at, ok: false });

test.each<[string, HandshakeSeen[], object[]]>([
  ["that never came", [], []],
  ["that came in time", [ok(START - LATE_MS)], []],
  ["that is late", [ok(START - LATE_MS - 1)], [{ source: "zoom", problem: "late" }]],
  ["that failed last", [ok(START - 2), failed(START - 1)], [{ problem: "failed" }]],
  ["that only ever failed", [failed(START - 1)], [{ problem: "failed", lastOkAt: null }]],
  ["that failed, and then worked", [failed(START - 2), ok(START - 1)], []],
  [
    "of a provider that has no recurring one",
    [ok(START - 2 * LATE_MS, "slack"), failed(START - 1, "slack")],
    [],
  ],
  ["of a source that was removed", [failed(START - 1, "gone")], []],
])("a handshake %s", async (_, seen, expected) => {
  const { look, lines } = makeWatch(seen);
  await look();
  expect(lines).toMatchObject(expected);
  expect(lines).toHaveLength(expected.length);
});

test("a warning comes once an hour, and anew after the handshake had worked", async () => {
  const seen = [failed(START)];
  const { look, lines, clock } = makeWatch(seen);
  for (const minutes of [0, 5, 59, 60, 65]) {
    clock.now = START + minutes * 60_000;
    await look();
  }
  expect(lines).toHaveLength(2);
  seen.push(ok(START + 1));
  await look();
  seen.push(failed(START + 2));
  await look();
  expect(lines).toHaveLength(3);
});

test("a source that is removed and comes back is warned of anew", async () => {
  const { look, lines, sources } = makeWatch([failed(START - 1)]);
  await look();
  const [zoom] = sources.splice(0, 1);
  await look();
  if (zoom) sources.unshift(zoom);
  await look();
  expect(lines).toHaveLength(2);
});

test("measureHandshakes() tells of each recurring handshake how it is now", async () => {
  const metrics = createMetrics();
  const { log, lines } = recordingLog();
  const seen: HandshakeSeen[] = [{ source: "zoom", at: START, ok: true }];
  let sources = [exampleSource({ name: "zoom", provider: "zoom" }), exampleSource()];
  let away = false;
  measureHandshakes(metrics, {
    passed: noJumps({ now: () => START }),
    store: {
      now: () => START,
      async handshakes() {
        if (away) throw new Error("the store is away");
        return seen;
      },
    },
    sources: () => sources,
    log,
  });
  const read = async () => {
    const text = await metrics.text();
    return text.split("\n").filter((line) => line.startsWith("hookgate_handshake_problem"));
  };

  expect(await read()).toEqual(['hookgate_handshake_problem{source="zoom"} 0']);
  seen.push({ source: "zoom", at: START + 1, ok: false });
  expect(await read()).toEqual(['hookgate_handshake_problem{source="zoom"} 1']);
  away = true;
  expect(await read()).toEqual([]);
  expect(lines).toMatchObject([
    { level: "warn", message: "handshakes not measured, leaving them out of this scrape" },
  ]);
  away = false;
  sources = [exampleSource()];
  expect(await read()).toEqual([]);
});
