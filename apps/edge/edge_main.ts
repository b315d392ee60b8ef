import { runApp } from "@hookgate/config";
import { createLog, createMetrics, standardStream } from "@hookgate/telemetry";
import { startEdgeApp } from "./edge_app.ts";

const metrics = createMetrics();

await runApp("edge", {
  out: standardStream(1),
  err: standardStream(2),
  createLog: ({ logLevel }) => createLog({ name: "edge", level: logLevel, metrics }),
  start: (context) => startEdgeApp({ ...context, metrics }),
});
