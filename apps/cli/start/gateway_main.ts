/** Edge, dispatcher and console in one process. */
import { type RunningApp, runApp } from "@hookgate/config";
import { createLog, createMetrics, standardStream } from "@hookgate/telemetry";
import { StartError } from "@hookgate/types";
import { startOneProcess } from "./one_process.ts";

const output = { out: standardStream(1), err: standardStream(2) };
const metrics = createMetrics();
const edgeMetrics = createMetrics();
for (const one of [metrics, edgeMetrics]) one.process();

await runApp("gateway", {
  ...output,
  createLog: ({ log }) => createLog({ name: "dispatcher", ...log, metrics }),
  async start({ env, config, log }) {
    if (env.edgeWorkers > 1) {
      throw new StartError(
        "Cannot start edge and dispatcher in one process: EDGE_WORKERS asks for several",
      );
    }
    const { env: environment } = process;
    const both = { env, config, environment, output, log, metrics, edgeMetrics };
    const gateway = await startOneProcess(both);
    const consoleLog = createLog({ name: "console", ...env.log });
    const starting = startBeside(gateway.ready, async () => {
      // Loaded only now: the first event waits for nothing more.
      const { startConsoleApp } = await import("@hookgate/console/app");
      return startConsoleApp({ env, log: consoleLog });
    });
    return {
      ready: gateway.ready,
      async reload(changed) {
        await gateway.reload(changed);
        await (await starting)?.reload(changed);
      },
      async stop() {
        await (await starting)?.stop();
        await gateway.stop();
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
    output.out.write(`ready console ${await started.ready}\n`);
    return started;
  } catch (error) {
    output.err.write(`${error instanceof Error ? error.message : error}; the others go on\n`);
    return null;
  }
}
