/** Edge, dispatcher and console in one process: the same parts, without gRPC between edge and dispatcher. */
import "./assert_node.cjs";
import { type RunningApp, runApp } from "@hookgate/config";
import { localIngest } from "@hookgate/rpc";
import { createLog, createMetrics, standardStream } from "@hookgate/telemetry";
import { StartError } from "@hookgate/types";
import { startDispatcherApp } from "../../apps/dispatcher/dispatcher_app.ts";
import { startEdgeApp } from "../../apps/edge/edge_app.ts";

const output = { out: standardStream(1), err: standardStream(2) };
const metrics = createMetrics();
const edgeMetrics = createMetrics();
for (const one of [metrics, edgeMetrics]) one.process();

await runApp("gateway", {
  ...output,
  createLog: ({ logLevel }) => createLog({ name: "dispatcher", level: logLevel, metrics }),
  async start({ env, config, log }) {
    if (env.edgeWorkers > 1) {
      throw new StartError(
        "Cannot start edge and dispatcher in one process: EDGE_WORKERS asks for several",
      );
    }
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
    const consoleLog = createLog({ name: "console", level: env.logLevel });
    const starting = startBeside(edge.ready, async () => {
      // Loaded only now: the first event waits for nothing more.
      const { startConsoleApp } = await import("../../apps/console/console_app.ts");
      return startConsoleApp({ env, log: consoleLog });
    });
    return {
      ready: edge.ready,
      async reload(changed) {
        await edge.reload(changed);
        await dispatcher.reload(changed);
        await (await starting)?.reload(changed);
      },
      async stop() {
        await edge.stop();
        await (await starting)?.stop();
        await dispatcher.stop();
      },
    };
  },
});

/** Starts what the gateway can do without once it is ready; null if that does not start. */
async function startBeside(
  ready: Promise<unknown>,
  start: () => Promise<RunningApp>,
): Promise<RunningApp | null> {
  await ready;
  try {
    const started = await start();
    output.out.write(`console is ready at ${await started.ready}\n`);
    return started;
  } catch (error) {
    output.err.write(`${error instanceof Error ? error.message : error}; the others go on\n`);
    return null;
  }
}
