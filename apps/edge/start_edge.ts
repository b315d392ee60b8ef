import { once } from "node:events";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { deadline } from "@hookgate/async";
import type { Config, ConfiguredSource } from "@hookgate/config";
import { type OutsideFetch, outsideFetch } from "@hookgate/outbound";
import { sourceProvider } from "@hookgate/providers";
import type { RpcClient } from "@hookgate/rpc";
import type { Log, Metrics, Readiness } from "@hookgate/telemetry";
import { BoundedMap } from "./bounded_map.ts";
import { type Clock, systemClock } from "./clock.ts";
import { createEdge } from "./create_edge.ts";
import { createServer, setDeadlines } from "./create_server.ts";
import { drainServer } from "./drain_server.ts";
import { CaptureLink } from "./link/capture_link.ts";
import { Report } from "./link/report.ts";
import { Certificates } from "./request/certificates.ts";
import { ClockWatch } from "./request/clock_watch.ts";
import { confirmHandshake } from "./request/confirm_handshake.ts";
import { countRequests } from "./request/count_requests.ts";
import { InFlight, type InFlightBounds } from "./request/in_flight.ts";
import { LIMITED_ADDRESSES_MAX } from "./request/limits.ts";

/** What is left after this long when the edge stops is cut: the process has five seconds in all. */
const DRAIN_MS_MAX = 4_000;

/** Options for {@linkcode startEdge}. */
export interface StartEdgeOptions {
  config: Config;
  /** 0 takes a free one. */
  port: number;
  /** @default every address of the machine */
  host?: string;
  /** The dispatcher. */
  client: Pick<RpcClient, "capture" | "report">;
  log: Log;
  metrics: Metrics;
  /** @default {systemClock} */
  clock?: Clock;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
  /** Fetches certificates, and what confirms a handshake. @default {outsideFetch()} */
  fetch?: OutsideFetch;
}

/** An edge that runs. */
export interface Edge {
  /** The real port. */
  port: number;
  /** Whether events can be taken now, and if not, why. */
  ready(): Readiness;
  /** Waits until events can be taken, but no longer than this; false where they cannot yet. */
  waitForDispatcher(options: { timeoutMs: number }): Promise<boolean>;
  /**
   * Takes over a changed configuration; requests that are under way end as they began.
   *
   * @throws {Error} where it cannot be used: then the old one stays, whole.
   */
  reload(config: Config): void;
  /** Stops accepting, answers what runs, closes every connection. */
  stop(): Promise<void>;
}

/** Listens, and connects to the dispatcher. */
export async function startEdge(options: StartEdgeOptions): Promise<Edge> {
  const { config, port, host, client, log, metrics, clock = systemClock } = options;
  const { random = Math.random, fetch = outsideFetch() } = options;
  const monotonic = () => clock.monotonic();
  let draining = false;
  const inFlight = new InFlight(readBounds(config));
  const addressCounts = new BoundedMap<string, object>(LIMITED_ADDRESSES_MAX);
  const certificates = new Certificates({ fetch, log, monotonic });
  const clockWatch = new ClockWatch({ log, monotonic });
  const confirm = confirmHandshake({ fetch, log, monotonic });
  const count = countRequests({ metrics });
  const link = new CaptureLink({ client, log, monotonic, random });
  const report = new Report({ client, connected: () => link.connected, log, monotonic });

  function createListener(config: Config): RequestListener {
    const edge = createEdge(config, {
      link,
      report,
      certificates,
      clockWatch,
      confirm,
      count,
      inFlight,
      addressCounts,
      draining: () => draining,
      clock,
      log,
    });
    report.enrols = config.sources.some(delivers);
    return edge.callback();
  }

  let listener = createListener(config);
  const server = createServer((req, res) => listener(req, res));
  setDeadlines(server, config.limits);
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    await report.close();
    link.close();
    throw new Error(`Cannot listen on port ${port}: ${describe(error)}`, { cause: error });
  }
  // Accepting may fail later, for want of file descriptors: no reason to end.
  server.on("error", (error) => log.error({ err: error }, "connection not accepted"));

  return {
    port: (server.address() as AddressInfo).port,
    ready() {
      const problems: string[] = [];
      if (draining) problems.push("the edge is stopping");
      if (!link.connected) problems.push("the dispatcher is not connected");
      if (clockWatch.problem !== null) problems.push(clockWatch.problem);
      return { ready: problems.length === 0, problems };
    },
    waitForDispatcher({ timeoutMs }) {
      const connected = link.firstConnected.then(() => true);
      return deadline(connected, { ms: timeoutMs, late: () => false });
    },
    reload(changed) {
      listener = createListener(changed);
      inFlight.bounds = readBounds(changed);
      setDeadlines(server, changed.limits);
    },
    async stop() {
      draining = true;
      await drainServer(server, { cutAfterMs: DRAIN_MS_MAX });
      await report.close();
      link.close();
    },
  };
}

function readBounds({ limits }: Config): InFlightBounds {
  return { requestsMax: limits.inFlightMax, bytesMax: limits.inFlightBytesMax };
}

/** Whether a source's handshake delivers its secret. */
function delivers(source: ConfiguredSource): boolean {
  return sourceProvider(source)?.handshake?.enrols === true;
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "EADDRINUSE" ? "another process has it" : message;
}
