/** Edge and dispatcher in one process: the same parts, tied together without gRPC between them. */
import "./assert_node.cjs";
import { runApp } from "@hookgate/config";
import { localIngest } from "@hookgate/rpc";
import { createLog, createMetrics, standardStream } from "@hookgate/telemetry";
import { startDispatcherApp } from "../../apps/dispatcher/dispatcher_app.ts";
import { startEdgeApp } from "../../apps/edge/edge_app.ts";

const output = { out: standardStream(1), err: standardStream(2) };
const metrics = createMetrics();
const edgeMetrics = createMetrics();

await runApp("gateway", {
  ...output,
  createLog: ({ logLevel }) => createLog({ name: "dispatcher", level: logLevel, metrics }),
  async start({ env, config, log }) {
    const edgeLog = createLog({ name: "edge", level: env.logLevel, metrics: edgeMetrics });
    const { env: environment } = process;
    const dispatcher = await startDispatcherApp({ env, config, environment, output, log, metrics });
    const client = localIngest(dispatcher.ingest, { log });
    const edge = await startEdgeApp({
      env,
      config,
      local: { address: await dispatcher.ready, client },
      log: edgeLog,
      metrics: edgeMetrics,
    });
    return {
      ready: edge.ready,
      async reload(changed) {
        await edge.reload(changed);
        await dispatcher.reload(changed);
      },
      async stop() {
        await edge.stop();
        await dispatcher.stop();
      },
    };
  },
});
