import { runApp } from "@hookgate/config";
import { createLog, createMetrics, standardStream } from "@hookgate/telemetry";
import { startDispatcherApp } from "./dispatcher_app.ts";

const metrics = createMetrics();
metrics.process();
const output = { out: standardStream(1), err: standardStream(2) };

await runApp("dispatcher", {
  ...output,
  createLog: ({ log }) => createLog({ name: "dispatcher", ...log, metrics }),
  start: (context) => startDispatcherApp({ ...context, environment: process.env, output, metrics }),
});
