import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { reconnectDelayMs } from "@hookgate/async";
import {
  CONFIG_FROM_PARENT,
  type Config,
  type Env,
  EXIT_OPERATOR,
  type RunningApp,
  sendConfig,
} from "@hookgate/config";
import {
  type Log,
  type Metrics,
  type MetricsData,
  type Readiness,
  startOpsServer,
  sumMetrics,
} from "@hookgate/telemetry";
import { StartError } from "@hookgate/types";
import { REPORT_EVERY_MS, type WorkerReport } from "./edge_worker.ts";

/** Reports that a worker may miss before it is killed. Counted, not timed: after a pause of this process itself it has them all. */
const MISSED_MAX = 5;

/** Waits before a worker is started again, in milliseconds. */
const RESTART = { baseMs: 100, maxMs: 5_000 };

/** A worker that was ready for this long was sound, in milliseconds. */
const SOUND_MS = 1_000;

/** Options for {@linkcode startEdgeWorkers}. */
export interface EdgeWorkersOptions {
  env: Env;
  config: Config;
  /** Where what workers write goes, a line at a time. */
  output: { err: { write(line: string): void } };
  log: Log;
  metrics: Metrics;
}

interface RunningWorker {
  worker: Worker;
  report: WorkerReport | null;
  readyAt: number | null;
  missed: number;
}

/**
 * Runs several edges on one port. This process accepts connections and hands them to the workers in turn, so that they are
 * spread evenly and one that ends refuses none; it starts workers again, and speaks for all of them on the ops port.
 */
export async function startEdgeWorkers(options: EdgeWorkersOptions): Promise<RunningApp> {
  const { env, log, metrics } = options;
  const workers = new EdgeWorkers(options);
  const ops = await startOpsServer({
    port: env.edgeOpsPort,
    host: env.opsHost,
    names: env.opsNames,
    live: () => true,
    ready: () => workers.readiness(),
    metrics: { text: () => workers.metricsText(), contentType: metrics.contentType },
  });
  workers.start();
  log.info({ workers: env.edgeWorkers }, "edge runs in several processes");
  return {
    ready: workers.ready,
    async reload(config) {
      workers.configure(config);
    },
    async stop() {
      await workers.stop();
      await ops.close();
    },
  };
}

class EdgeWorkers {
  readonly #options: EdgeWorkersOptions;
  readonly #count: number;
  readonly #workers = new Set<RunningWorker>();
  readonly #ready = Promise.withResolvers<string>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #config: Config;
  #failures = 0;
  #watching: NodeJS.Timeout | undefined;
  /** Counters of workers that have ended: a sum that went down would look like a restart of all. */
  #past: MetricsData = [];
  #stopping = false;

  constructor(options: EdgeWorkersOptions) {
    this.#options = options;
    this.#count = options.env.edgeWorkers;
    this.#config = options.config;
    const { metrics } = options;
    metrics.gauge({
      name: "hookgate_edge_workers",
      help: "Processes of the edge that are ready to take requests.",
      collect: (gauge) => gauge.set(this.#running().length),
    });
  }

  /** Resolves to the address, once all of them are ready. */
  get ready(): Promise<string> {
    return this.#ready.promise;
  }

  start(): void {
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({
      exec: join(import.meta.dirname, "../main.ts"),
      args: [CONFIG_FROM_PARENT],
      silent: true,
      serialization: "advanced",
    });
    for (let count = 0; count < this.#count; count += 1) this.#fork();
    this.#watching = setInterval(() => this.#watch(), REPORT_EVERY_MS);
  }

  configure(config: Config): void {
    this.#config = config;
    for (const { worker } of this.#workers) sendConfig(worker.process, config);
  }

  readiness(): Readiness {
    if (this.#stopping) return { ready: false, problems: ["the edge is stopping"] };
    const running = this.#running();
    const problems = new Set(running.flatMap(({ report }) => report?.readiness.problems ?? []));
    const ready = running.length > 0 && problems.size === 0;
    if (running.length < this.#count) {
      problems.add(`${running.length} of ${this.#count} processes of the edge are running`);
    }
    return { ready, problems: [...problems] };
  }

  async metricsText(): Promise<string> {
    const own = await this.#options.metrics.data();
    const theirs = [...this.#workers].map(({ report }) => report?.metrics ?? []);
    return (await sumMetrics([own, this.#past, ...theirs])).text;
  }

  /** Has all of them drain; resolves when they are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#watching);
    for (const timer of this.#restarts) clearTimeout(timer);
    const gone = [...this.#workers].map(({ worker }) => once(worker, "exit"));
    for (const { worker } of this.#workers) worker.process.kill("SIGTERM");
    await Promise.all(gone);
  }

  #running(): RunningWorker[] {
    return [...this.#workers].filter(({ readyAt }) => readyAt !== null);
  }

  #fork(): void {
    const worker = cluster.fork();
    const running: RunningWorker = { worker, report: null, readyAt: null, missed: 0 };
    this.#workers.add(running);
    sendConfig(worker.process, this.#config);
    worker.on("message", (report: WorkerReport) => {
      running.report = report;
      running.missed = 0;
    });
    // A channel to a worker that has just ended.
    worker.on("error", () => {});
    const { err } = this.#options.output;
    eachLine(worker.process.stderr, (line) => err.write(`${line}\n`));
    eachLine(worker.process.stdout, (line) => this.#noteReady(running, line));
    worker.once("exit", (code, signal) => this.#ended(running, { code, signal }));
  }

  #noteReady(running: RunningWorker, line: string): void {
    const address = /^ready edge (.*)$/.exec(line)?.[1];
    if (address === undefined) return;
    running.readyAt = performance.now();
    if (this.#running().length === this.#count) this.#ready.resolve(address);
  }

  #watch(): void {
    for (const running of this.#running()) {
      running.missed += 1;
      if (running.missed <= MISSED_MAX) continue;
      const { pid } = running.worker.process;
      this.#options.log.error(
        { worker: pid },
        "a worker of the edge has stopped reporting: killing it",
      );
      running.worker.process.kill("SIGKILL");
    }
  }

  #ended(running: RunningWorker, end: { code: number | null; signal: string | null }): void {
    this.#workers.delete(running);
    void this.#keepCounters(running.report?.metrics ?? []);
    if (this.#stopping) return;
    const { readyAt, worker } = running;
    const { pid } = worker.process;
    if (end.code === EXIT_OPERATOR && readyAt === null) {
      this.#ready.reject(
        new StartError("Cannot start the edge: one of its processes cannot start"),
      );
    }
    const sound = readyAt !== null && performance.now() - readyAt >= SOUND_MS;
    this.#failures = sound ? 1 : this.#failures + 1;
    const delayMs = reconnectDelayMs(this.#failures, RESTART);
    this.#options.log.error(
      { worker: pid, ...end, delayMs },
      "a worker of the edge ended, starting it again",
    );
    const timer = setTimeout(() => {
      this.#restarts.delete(timer);
      this.#fork();
    }, delayMs);
    this.#restarts.add(timer);
  }

  async #keepCounters(metrics: MetricsData): Promise<void> {
    const counters = metrics.filter(({ type }) => String(type) !== "gauge");
    this.#past = (await sumMetrics([this.#past, counters])).data;
  }
}

function eachLine(stream: Readable | null, read: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on("line", read);
}
