import {
  type Config,
  dataKeyPath,
  type Env,
  ensureLocalToken,
  exampleSecretPath,
  findSecretFault,
  findWeakness,
  localTokenPath,
  openFilesMax,
  type RunningApp,
} from "@hookgate/config";
import { keepFile } from "@hookgate/files";
import {
  type IngestHandlers,
  type RpcReach,
  rpcReach,
  type ServerSecurity,
  serverSecurity,
} from "@hookgate/rpc";
import { type Log, type Metrics, openTracing, startOpsServer } from "@hookgate/telemetry";
import { StartError } from "@hookgate/types";
import { BoundedWork } from "./schedule/bounded_work.ts";
import { startDispatcher } from "./start_dispatcher.ts";
import type { HandlerOutput } from "./targets/handler/host_process.ts";

/** What RPC_INSECURE opens, by how callers reach the dispatcher then; elsewhere it opens nothing. */
const OPENED: Partial<Record<RpcReach, string>> = {
  insecure:
    "RPC_INSECURE=1: anyone who reaches this port may forge events, read them and operate the gateway",
  plain: "RPC_INSECURE=1: tokens and events cross the network in plain text",
};

/** How often each generated secret is looked for, and how long that may take, in milliseconds. */
const SECRET_LOOK = { everyMs: 1_000, msMax: 2_000 };

/** Options for {@linkcode startDispatcherApp}. */
export interface DispatcherAppOptions {
  env: Env;
  config: Config;
  /** Variables of the process. */
  environment: NodeJS.ProcessEnv;
  output: HandlerOutput;
  log: Log;
  metrics: Metrics;
}

/** A dispatcher with its ops server, as the environment wants it. */
export interface DispatcherApp extends RunningApp {
  /** What it does for an edge in the same process. */
  ingest: IngestHandlers;
}

/** Starts the dispatcher as an app. @throws {StartError} if only the operator can help. */
export async function startDispatcherApp({
  env,
  config,
  environment,
  output,
  log,
  metrics,
}: DispatcherAppOptions): Promise<DispatcherApp> {
  if (env.dispatcherAddresses.length > 1) {
    throw new StartError(
      "Cannot start the dispatcher: DISPATCHER_ADDRESS lists several, which is for edges; name the one to listen on",
    );
  }
  let token: string | null = null;
  const localToken = () => {
    token = ensureLocalToken(env.dataDir, token);
    return token;
  };
  const readSecurity = async () => {
    const read = await serverSecurity(env, { address: env.dispatcherAddress, localToken });
    checkTokens(read, log);
    return read;
  };
  const security = await readSecurity();
  const opened = OPENED[rpcReach(security, env.dispatcherAddress)];
  if (env.rpcInsecure && opened !== undefined) log.warn({ address: env.dispatcherAddress }, opened);
  const tracing = await openTracing({ name: "dispatcher", wanted: env.tracing, log });
  const dispatcher = await startDispatcher({
    env,
    config,
    security,
    environment,
    output,
    openFilesMax: openFilesMax(),
    tracing,
    log,
    metrics,
  });
  const ops = await startOpsServer({
    port: env.dispatcherOpsPort,
    host: env.opsHost,
    names: env.opsNames,
    live: () => true,
    ready: () => dispatcher.ready(),
    metrics,
  });
  const keeping = keepSecrets(env.dataDir, log);
  await Promise.all(keeping.map((work) => work.run()));
  for (const work of keeping) work.start();
  return {
    ingest: dispatcher.ingest,
    ready: Promise.resolve(dispatcher.address),
    async reload(changed) {
      await dispatcher.reload(changed, await readSecurity());
    },
    async stop() {
      await dispatcher.stop();
      for (const work of keeping) work.stop();
      // What was removed a moment ago.
      await Promise.all(keeping.map((work) => work.run()));
      await ops.close();
      await tracing?.close();
    },
  };
}

/**
 * Whoever removes DATA_DIR takes its secrets away too, and the next start would make new ones: a token that no edge knows, a secret
 * that no sender knows, and a key that reads nothing of what is stored.
 */
function keepSecrets(dataDir: string, log: Log): BoundedWork[] {
  return [localTokenPath, dataKeyPath, exampleSecretPath].map((pathOf) => {
    const path = pathOf(dataDir);
    const keep = keepFile(path);
    return new BoundedWork({
      name: `keeping ${path}`,
      work: async () => {
        if (keep()) log.warn({ file: path }, "a secret was removed while in use and is put back");
      },
      log,
      ...SECRET_LOOK,
    });
  });
}

/** Judges tokens as the secrets of sources are judged. @throws {StartError} if one cannot be meant. */
function checkTokens({ tokens }: ServerSecurity, log: Log): void {
  for (const [token, { name }] of tokens ?? []) {
    const fault = findSecretFault(token);
    if (fault !== null) throw new StartError(`Cannot use the token of ${name}: it ${fault}`);
    const weakness = findWeakness(token);
    if (weakness === null) continue;
    log.warn({ caller: name }, `token ${weakness}, so it can be guessed: use 32 random bytes`);
  }
}
