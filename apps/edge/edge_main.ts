import cluster from "node:cluster";
import { runApp } from "@hookgate/config";
import { createLog, createMetrics, standardStream } from "@hookgate/telemetry";
import { startEdgeApp } from "./edge_app.ts";

const metrics = createMetrics();
metrics.process();
const output = { out: standardStream(1), err: standardStream(2) };

await runApp("edge", {
  ...output,
  createLog: ({ log }) => createLog({ name: "edge", ...log, metrics }),
  async start(context) {
    if (cluster.worker) {
      const { startEdgeWorker } = await import("./workers/edge_worker.ts");
      return startEdgeWorker({ ...context, metrics, worker: cluster.worker });
    }
    if (context.env.edgeWorkers === 1) return startEdgeApp({ ...context, metrics });
    const { startEdgeWorkers } = await import("./workers/edge_workers.ts");
    return startEdgeWorkers({ ...context, metrics, output });
  },
});
