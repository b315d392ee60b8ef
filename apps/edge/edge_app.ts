import {
  type Config,
  type Env,
  ensureLocalToken,
  openFilesMax,
  type RunningApp,
} from "@hookgate/config";
import { clientSecurity, connectRpc } from "@hookgate/rpc";
import {
  type Log,
  type Metrics,
  openTracing,
  type Readiness,
  startOpsServer,
} from "@hookgate/telemetry";
import { type EdgeDispatcher, startEdge } from "./start_edge.ts";

/** Longest wait for the dispatcher before the ready line, in milliseconds; without it the edge answers 503. */
const DISPATCHER_WAIT_MS_MAX = 3_000;

/** A dispatcher that does not answer a new stream within this time is tried again on a new connection, in milliseconds. */
const OPEN_MS_MAX = 1_000;

/** One that was restarted is found within this time, in milliseconds: every event waits for it. */
const RECONNECT_MS_MAX = 50;

/** Options for {@linkcode startEdgeApp}. */
export interface EdgeAppOptions {
  env: Env;
  config: Config;
  /** The dispatcher in the same process. @default {those that the environment names} */
  local?: EdgeDispatcher;
  /** Whether it has an ops server of its own. @default {true} */
  serveOps?: boolean;
  log: Log;
  metrics: Metrics;
}

/** Dispatchers to send to, and what has to be done with their connections. */
interface Link {
  dispatchers: readonly EdgeDispatcher[];
  /** Reads tokens and certificates, and returns what applies them. */
  reload(): Promise<() => void>;
  close(): void;
}

/** An edge with its ops server and its connections. */
export interface EdgeApp extends RunningApp {
  /** Whether it can take events now, and if not, why. */
  readiness(): Readiness;
}

/** Starts the edge as an app: the edge, its ops server, and its connections. */
export async function startEdgeApp(options: EdgeAppOptions): Promise<EdgeApp> {
  const { env, config, local, serveOps = true, log, metrics } = options;
  const link = local ? localLink(local) : await remoteLink(options);
  const { dispatchers } = link;
  const tracing = await openTracing({ name: "edge", wanted: env.tracing, log });
  const edge = await startEdge({
    config,
    port: env.edgePort,
    ...(env.edgeHost !== null && { host: env.edgeHost }),
    dispatchers,
    openFilesMax: openFilesMax(),
    tracing,
    log,
    metrics,
  });
  const startOps = () =>
    startOpsServer({
      port: env.edgeOpsPort,
      host: env.opsHost,
      names: env.opsNames,
      live: () => true,
      ready: () => edge.ready(),
      metrics,
    });
  const ops = serveOps ? await startOps() : null;

  async function ready(): Promise<string> {
    const connected = await edge.waitForDispatcher({ timeoutMs: DISPATCHER_WAIT_MS_MAX });
    const addresses = dispatchers.map(({ address }) => address);
    if (!connected)
      log.warn({ addresses }, "dispatcher not connected yet: answering 503 until it is");
    return `http://localhost:${edge.port}/api/webhooks`;
  }

  return {
    ready: ready(),
    readiness: () => edge.ready(),
    async reload(changed) {
      const apply = await link.reload();
      edge.reload(changed);
      apply();
    },
    async stop() {
      await edge.stop();
      link.close();
      await ops?.close();
      await tracing?.close();
    },
  };
}

function localLink(dispatcher: EdgeDispatcher): Link {
  return { dispatchers: [dispatcher], reload: async () => () => {}, close() {} };
}

async function remoteLink({ env, log }: EdgeAppOptions): Promise<Link> {
  const localToken = () => ensureLocalToken(env.dataDir);
  const dispatchers = await Promise.all(
    env.dispatcherAddresses.map(async (address) => {
      const readSecurity = () => clientSecurity(env, { address, localToken });
      const security = await readSecurity();
      const waits = { openMsMax: OPEN_MS_MAX, reconnectMsMax: RECONNECT_MS_MAX };
      const client = connectRpc({ address, security, log, ...waits });
      return { address, client, readSecurity };
    }),
  );
  return {
    dispatchers,
    async reload() {
      const read = await Promise.all(
        dispatchers.map(async ({ client, readSecurity }) => {
          const security = await readSecurity();
          return () => client.setSecurity(security);
        }),
      );
      return () => {
        for (const apply of read) apply();
      };
    },
    close() {
      for (const { client } of dispatchers) client.close();
    },
  };
}
