import { once } from "node:events";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { deadline, RunningClock } from "@hookgate/async";
import type { Config } from "@hookgate/config";
import { type OutsideFetch, outsideFetch } from "@hookgate/outbound";
import { AddressList } from "@hookgate/receive";
import type { ReportRequest, RpcClient } from "@hookgate/rpc";
import type { Log, Metrics, Readiness, Tracing } from "@hookgate/telemetry";
import { StartError } from "@hookgate/types";
import { type Clock, systemClock } from "./clock.ts";
import { type ConnectionBounds, Connections } from "./connections.ts";
import { createEdge } from "./create_edge.ts";
import {
  closeIdle,
  createServer,
  drainServer,
  keepAccepting,
  setDeadlines,
} from "./edge_server.ts";
import { CaptureLink } from "./link/capture_link.ts";
import { Report } from "./link/report.ts";
import { BoundedMap } from "./request/bounded_map.ts";
import { Certificates } from "./request/certificates.ts";
import { ClockWatch } from "./request/clock_watch.ts";
import { confirmHandshake } from "./request/confirm_handshake.ts";
import { countRequests } from "./request/count_requests.ts";
import { DescribeThread } from "./request/describe_thread.ts";
import { compileSources } from "./request/find_source.ts";
import { gaugeInFlight } from "./request/gauge_in_flight.ts";
import { InFlight, type InFlightBounds } from "./request/in_flight.ts";
import { KeySets } from "./request/key_sets.ts";
import { refuseEarly } from "./request/refuse_early.ts";
import { trialSources } from "./request/trial_sources.ts";
import { LIMITED_ADDRESSES_MAX, UnprovenShares } from "./request/unproven_shares.ts";

/** When the edge stops, connections that are left after this long are cut: the process has five seconds in all. */
const DRAIN_MS_MAX = 4_000;

/** A store that takes this share of the time in which an event is to be answered is soon too slow for that. */
const SLOW_SHARE = 0.75;

/** Options for {@linkcode startEdge}. */
export interface StartEdgeOptions {
  config: Config;
  /** 0 takes any free one. */
  port: number;
  /** @default every address of the machine */
  host?: string;
  /** The dispatchers, at least one. Several share one store. */
  dispatchers: readonly EdgeDispatcher[];
  /** How many files the process may have open, connections included. @default {Infinity} */
  openFilesMax?: number;
  log: Log;
  metrics: Metrics;
  /** @default {systemClock} */
  clock?: Clock;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
  /** Fetches certificates, key sets and confirmations of handshakes. @default {outsideFetch()} */
  fetch?: OutsideFetch;
  /** Writes spans; it is the caller's to close. @default {null} nothing is traced */
  tracing?: Tracing | null;
}

/** Files that are no connections of senders: libraries, the log, the way to the dispatchers, fetched certificates. */
const OTHER_FILES_MAX = 64;

/** Connections that are taken even if few files may be open. */
const CONNECTIONS_MIN = 16;

/** A dispatcher that the edge may send to. */
export interface EdgeDispatcher {
  /** `host:port` */
  address: string;
  client: Pick<RpcClient, "capture" | "report">;
}

/** A running edge. */
export interface Edge {
  /** The real port. */
  port: number;
  /** Whether it can take events now, and if not, why. */
  ready(): Readiness;
  /** Waits until the dispatcher is connected, but no longer than this; false if it is not. */
  waitForDispatcher(options: { timeoutMs: number }): Promise<boolean>;
  /**
   * Applies a changed configuration. Requests in flight end as they began.
   *
   * @throws {Error} if it cannot be used; nothing of it is applied then.
   */
  reload(config: Config): void;
  /** Stops accepting, answers the requests in flight, closes every connection. */
  stop(): Promise<void>;
}

/** Listens, and connects to the dispatcher. */
export async function startEdge(options: StartEdgeOptions): Promise<Edge> {
  const { config, port, host, dispatchers, log, metrics, clock = systemClock } = options;
  const { random = Math.random, fetch = outsideFetch(), openFilesMax = Infinity } = options;
  const { tracing = null } = options;
  const monotonic = () => clock.monotonic();
  const running = new RunningClock({ monotonic });
  let draining = false;
  const inFlight = new InFlight(readBounds(config), { monotonic });
  const readConnectionBounds = boundsWithin(openFilesMax, log);
  const connections = new Connections({ bounds: readConnectionBounds(config), log, monotonic });
  const addressCounts = new BoundedMap<string, object>(LIMITED_ADDRESSES_MAX);
  const shares = new UnprovenShares({ monotonic });
  const certificates = new Certificates({ fetch, log, monotonic });
  const keySets = new KeySets({ fetch, log, monotonic });
  const clockWatch = new ClockWatch({ log, monotonic });
  const confirm = confirmHandshake({ fetch, log, monotonic });
  const describeThread = new DescribeThread();
  const count = countRequests({ metrics, monotonic });
  gaugeInFlight(metrics, inFlight);
  const link = new CaptureLink({
    dispatchers: dispatchers.map(({ address, client }) => ({
      address,
      capture: () => client.capture(),
    })),
    log,
    monotonic,
    running: () => running.now(),
    random,
  });
  const client = {
    // What a dispatcher is told, it keeps in the store that they share.
    async report(request: ReportRequest) {
      const used = dispatchers.find(({ address }) => address === link.address);
      if (used === undefined) throw new Error(`Cannot report: ${link.address} is no dispatcher`);
      return used.client.report(request);
    },
  };
  const report = new Report({
    client,
    connected: () => link.connected,
    counts: count.counts,
    log,
    monotonic,
  });

  function createListener(config: Config): RequestListener {
    const describeElsewhere = describeThread.describe;
    const sources = compileSources(config.sources, { report, describeElsewhere });
    const edge = createEdge(config, {
      sources,
      trial: trialSources({ report, describeElsewhere }),
      link,
      report,
      certificates,
      keySets,
      clockWatch,
      confirm,
      count,
      inFlight,
      connections,
      addressCounts,
      shares,
      draining: () => draining,
      clock,
      running,
      tracing,
      log,
    });
    report.enrols = [...sources.values()].some(({ enrols }) => enrols);
    return refuseEarly(edge, {
      inFlight,
      count,
      connections,
      draining: () => draining,
    });
  }

  let listener = createListener(config);
  const server = createServer((req, res) => listener(req, res), { count, log, monotonic });
  setDeadlines(server, { limits: config.limits, running });
  closeIdle(server, running);
  connections.watch(server);
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    running.close();
    await report.close();
    link.close();
    const where = host === undefined ? `port ${port}` : `${host}:${port} (EDGE_HOST)`;
    throw new StartError(`Cannot listen on ${where}: ${describe(error)}`, { cause: error });
  }
  keepAccepting(server, { log, monotonic });

  return {
    port: (server.address() as AddressInfo).port,
    ready() {
      const problems: string[] = [];
      if (draining) problems.push("the edge is stopping");
      if (link.problem !== null) problems.push(link.problem);
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
      connections.bounds = readConnectionBounds(changed);
      connections.apply(server);
      setDeadlines(server, { limits: changed.limits, running });
    },
    async stop() {
      draining = true;
      await drainServer(server, { cutAfterMs: DRAIN_MS_MAX });
      running.close();
      await report.close();
      link.close();
      await describeThread.close();
    },
  };
}

function readBounds({ limits }: Config): InFlightBounds {
  const { inFlightMax, inFlightBytesMax, answerBudgetMs } = limits;
  return {
    requestsMax: inFlightMax,
    bytesMax: inFlightBytesMax,
    slowMs: answerBudgetMs * SLOW_SHARE,
  };
}

/** Bounds that leave files for other things: without one, the system resets connections, and nobody learns of it. */
function boundsWithin(openFilesMax: number, log: Log): (config: Config) => ConnectionBounds {
  const roomMax = Math.max(CONNECTIONS_MIN, openFilesMax - OTHER_FILES_MAX);
  return ({ limits, trustedProxies }) => {
    const { connectionsMax, connectionsPerAddress } = limits;
    if (roomMax < connectionsMax) {
      log.warn(
        { openFilesMax, connectionsMax: roomMax },
        "few files may be open, taking fewer connections than limits.connectionsMax: raise ulimit -n",
      );
    }
    const proxies = new AddressList(trustedProxies);
    return {
      connectionsMax: Math.min(connectionsMax, roomMax),
      connectionsPerAddress,
      isProxy: (address) => proxies.has(address),
    };
  };
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "EADDRINUSE" ? "another process has it" : message;
}
