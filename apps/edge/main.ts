import { assertNodeVersion, ConfigError, loadConfig, readEnv } from "@hookgate/config";
import { clientSecurity, connectRpc } from "@hookgate/rpc";
import { createLog, createMetrics, startOpsServer } from "@hookgate/telemetry";
import { startEdge } from "./start_edge.ts";

/** Exit status for a configuration that cannot be used: starting again would not help. */
const EXIT_BAD_CONFIGURATION = 2;

/** How long the dispatcher is waited for before the edge says that it is ready; without it the answer is 503. */
const DISPATCHER_WAIT_MS_MAX = 3_000;

/** A dispatcher that does not answer a new stream within this time is tried again on a new connection. */
const OPEN_MS_MAX = 1_000;

/** Draining takes at most this long, then the process ends all the same. */
const STOP_MS_MAX = 4_900;

async function main(): Promise<void> {
  assertNodeVersion();
  // Until there is something to reload: unheard, the signal would end the process.
  process.on("SIGHUP", () => {});
  const env = readEnv(process.env);
  const log = createLog({ name: "edge", level: env.logLevel });
  const config = await loadConfig({ env, log });
  const client = connectRpc({
    address: env.dispatcherAddress,
    security: await clientSecurity(env).catch(refuseEnvironment),
    log,
    openMsMax: OPEN_MS_MAX,
  });
  const metrics = createMetrics();
  const edge = await startEdge({ config, port: env.edgePort, client, log, metrics });
  const ops = await startOpsServer({
    port: env.edgeOpsPort,
    live: () => true,
    ready: () => edge.ready(),
    metrics,
  });

  let reloading = Promise.resolve();
  process.on("SIGHUP", () => {
    // One after the other: of two that overlap the older one could win.
    reloading = reloading.then(async () => {
      try {
        edge.reload(await loadConfig({ env, log }));
        log.info("configuration reloaded");
      } catch (error) {
        log.error({ err: error }, "configuration not reloaded: the old one stays");
      }
    });
  });
  let stopping = false;
  async function stop(signal: NodeJS.Signals): Promise<void> {
    // Ctrl-C can come twice: from the terminal, and from whoever started us.
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "draining");
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    await edge.stop();
    client.close();
    await ops.close();
    process.exit(0);
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);

  const connected = await edge.waitForDispatcher({ timeoutMs: DISPATCHER_WAIT_MS_MAX });
  if (!connected) log.warn({ address: env.dispatcherAddress }, "dispatcher not connected yet");
  process.stdout.write(`ready edge http://localhost:${edge.port}/api/webhooks\n`);
}

/** Keys and tokens are the operator's to mend, as everything in the environment is. */
function refuseEnvironment(error: Error): never {
  throw new ConfigError("Cannot use the environment", [error.message]);
}

main().catch((error: unknown) => {
  const bad = error instanceof ConfigError;
  process.stderr.write(`${bad ? error.message : String((error as Error)?.stack ?? error)}\n`);
  process.exit(bad ? EXIT_BAD_CONFIGURATION : 1);
});
