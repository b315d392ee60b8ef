import type { Config, Env, RunningApp } from "@hookgate/config";
import { type DispatcherApp, startDispatcherApp } from "@hookgate/dispatcher/app";
import { startEdgeApp } from "@hookgate/edge/app";
import { localIngest } from "@hookgate/rpc";
import { createLog, createMetrics, type Log, type Metrics } from "@hookgate/telemetry";

/** Options for {@linkcode startOneProcess}. */
export interface OneProcessOptions {
  env: Env;
  config: Config;
  /** Variables of the process. */
  environment: NodeJS.ProcessEnv;
  /** Takes what handlers print. */
  output: Parameters<typeof startDispatcherApp>[0]["output"];
  /** The dispatcher's. */
  log: Log;
  metrics?: Metrics;
  edgeMetrics?: Metrics;
}

/** Edge and dispatcher in this process. */
export interface OneProcess extends RunningApp {
  /** `host:port` of the dispatcher. */
  rpcAddress: string;
}

/** Starts edge and dispatcher in this process: the same parts, without gRPC between them. */
export async function startOneProcess(options: OneProcessOptions): Promise<OneProcess> {
  const { env, log, edgeMetrics = createMetrics(), metrics = createMetrics() } = options;
  const dispatcher: DispatcherApp = await startDispatcherApp({ ...options, metrics });
  const client = localIngest(dispatcher.ingest, { log });
  const rpcAddress = await dispatcher.ready;
  const edge = await startEdgeApp({
    ...options,
    local: { address: rpcAddress, client },
    log: createLog({ name: "edge", ...env.log, metrics: edgeMetrics }),
    metrics: edgeMetrics,
  });
  return {
    rpcAddress,
    ready: edge.ready,
    async reload(changed) {
      // It may refuse, and protects what a new source sends before the edge takes anything of it.
      await dispatcher.reload(changed);
      await edge.reload(changed);
    },
    async stop() {
      await edge.stop();
      await dispatcher.stop();
    },
  };
}
