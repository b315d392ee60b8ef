import type { Worker } from "node:cluster";
import type { Config, RunningApp } from "@hookgate/config";
import type { MetricsData, Readiness } from "@hookgate/telemetry";
import { type EdgeAppOptions, startEdgeApp } from "../edge_app.ts";

/** What a worker tells its parent once a second: that it is alive, and what the ops server shows. */
export interface WorkerReport {
  readiness: Readiness;
  metrics: MetricsData;
}

/** Between two reports, in milliseconds. */
export const REPORT_EVERY_MS = 1_000;

/** Options for {@linkcode startEdgeWorker}. */
export interface EdgeWorkerOptions extends Omit<EdgeAppOptions, "serveOps"> {
  /** This process, as one of several that share the port. */
  worker: Pick<Worker, "send">;
}

/** Starts one of the processes that share the edge's port. */
export async function startEdgeWorker({
  worker,
  ...options
}: EdgeWorkerOptions): Promise<RunningApp> {
  const { env, config, metrics } = options;
  const edge = await startEdgeApp({
    ...options,
    config: shareOf(config, env.edgeWorkers),
    serveOps: false,
  });
  const report = async () => {
    const message: WorkerReport = { readiness: edge.readiness(), metrics: await metrics.data() };
    worker.send(message, () => {});
  };
  const reporting = setInterval(report, REPORT_EVERY_MS);
  return {
    ready: edge.ready.then(async (address) => {
      await report();
      return address;
    }),
    reload: (changed) => edge.reload(shareOf(changed, env.edgeWorkers)),
    async stop() {
      await edge.stop();
      clearInterval(reporting);
      await report();
    },
  };
}

/**
 * What one of several processes may take. What bounds memory is divided among them; what is counted by address is not,
 * because one sender's connections need not be spread evenly.
 */
export function shareOf(config: Config, workers: number): Config {
  const { limits, sources } = config;
  const share = (count: number) => Math.ceil(count / workers);
  const largest = Math.max(limits.bodyBytesMax, ...sources.map((one) => one.bodyBytesMax ?? 0));
  return {
    ...config,
    limits: {
      ...limits,
      connectionsMax: share(limits.connectionsMax),
      inFlightMax: share(limits.inFlightMax),
      inFlightBytesMax: Math.max(largest, share(limits.inFlightBytesMax)),
    },
  };
}
