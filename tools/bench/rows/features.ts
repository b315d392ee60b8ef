import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { cpuPerEvent, type OurContender, ours } from "../contenders.ts";
import { type Entrant, race } from "../race.ts";
import type { PostArguments } from "./ingest.ts";

const COLUMNS = [
  { name: "acked/s", digits: 0, ratio: "÷ first" },
  { name: "CPU µs/event", digits: 0, ratio: "÷ first", parts: true },
  { name: "p99 ms", digits: 1 },
] as const;

/** How often the console's open pages ask, in milliseconds. */
const WATCH_MS = 1_000;

/** Measures what the features cost that a source or an operator turns on, in CPU per event that is stored. */
export async function benchFeatures(options: PostArguments): Promise<void> {
  const { rounds, seconds, connections, bytes: bodyBytes, json } = options;
  await race({
    entrants: [
      ours({ name: "none of them" }),
      watched("somebody watches in the console"),
      ours({ name: "a field is masked", source: `protect: { mask: ["/data/n"] }` }),
      traced("one event in 100 is traced", {
        OTEL_TRACES_SAMPLER: "traceidratio",
        OTEL_TRACES_SAMPLER_ARG: "0.01",
      }),
      traced("every event is traced", {}),
    ],
    rounds,
    async measure(contender, { round }) {
      const before = contender.cpuUs();
      const plan = { seconds, connections, bodyBytes, rate: null, seed: `${round}`, acks: null };
      const { answers, seconds: took, p99Ms } = await contender.load(plan);
      const events = answers["200"] ?? 0;
      return {
        "acked/s": events / took,
        ...cpuPerEvent("CPU µs/event", { before, after: contender.cpuUs(), events }),
        "p99 ms": p99Ms,
      };
    },
    title: `what features cost: ${seconds} s, ${connections} connections, ${bodyBytes} B`,
    columns: COLUMNS,
    json,
  });
}

/** With what the console asks while its pages of events and of health are open. */
function watched(name: string): Entrant<OurContender> {
  return {
    name,
    async start(folder) {
      const running = await ours().start(folder);
      const { admin } = running;
      const page = { source: "", type: "", unhandled: false, pageSize: 50, pageToken: "" };
      const timer = setInterval(() => {
        void admin.getHealth({});
        void admin.listEvents({ ...page, subscription: "", state: "DELIVERY_STATE_UNSPECIFIED" });
      }, WATCH_MS);
      return {
        ...running,
        async stop() {
          clearInterval(timer);
          await running.stop();
        },
      };
    },
  };
}

/** With a collector that takes every span and reads none. */
function traced(name: string, env: Record<string, string>): Entrant<OurContender> {
  return {
    name,
    async start(folder) {
      const collector = createServer((request, response) => {
        request.resume().once("end", () => response.end());
      });
      await once(collector.listen(0, "127.0.0.1"), "listening");
      const { port } = collector.address() as AddressInfo;
      const OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
      const running = await ours({ env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT } }).start(folder);
      return {
        ...running,
        async stop() {
          await running.stop();
          collector.close();
        },
      };
    },
  };
}
