import { createMetrics } from "@hookgate/telemetry";
import type { HandshakeSeen } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { exampleSource } from "../suite/example_source.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { measureHandshakes } from "./measure_handshakes.ts";

const START = 1_763_950_000_000;

test("measureHandshakes() tells of each recurring handshake how it is now", async () => {
  const metrics = createMetrics();
  const { log, lines } = recordingLog();
  const seen: HandshakeSeen[] = [{ source: "zoom", at: START, ok: true }];
  let sources = [exampleSource({ name: "zoom", provider: "zoom" }), exampleSource()];
  let away = false;
  measureHandshakes(metrics, {
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
  expect(lines).toMatchObject([{ level: "warn", message: "handshakes not measured" }]);
  away = false;
  sources = [exampleSource()];
  expect(await read()).toEqual([]);
});
