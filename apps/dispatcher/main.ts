import { assertNodeVersion, ConfigError, loadConfig, readEnv } from "@hookgate/config";
import { serverSecurity } from "@hookgate/rpc";
import { createLog, createMetrics, startOpsServer } from "@hookgate/telemetry";
import { startDispatcher } from "./start_dispatcher.ts";

/** Exit status for a configuration that cannot be used: starting again would not help. */
const EXIT_BAD_CONFIGURATION = 2;

/** Draining takes at most this long, then the process ends all the same. */
const STOP_MS_MAX = 4_900;

async function main(): Promise<void> {
  assertNodeVersion();
  // Until there is something to reload: unheard, the signal would end the process.
  process.on("SIGHUP", () => {});
  const env = readEnv(process.env);
  const log = createLog({ name: "dispatcher", level: env.logLevel });
  const config = await loadConfig({ env, log });
  const security = await serverSecurity(env).catch(refuseEnvironment);
  const metrics = createMetrics();
  const dispatcher = await startDispatcher({ env, config, security, log, metrics });
  const ops = await startOpsServer({
    port: env.dispatcherOpsPort,
    live: () => true,
    ready: () => dispatcher.ready(),
    metrics,
  });

  let reloading = Promise.resolve();
  process.on("SIGHUP", () => {
    // One after the other: of two that overlap the older one could win.
    reloading = reloading.then(async () => {
      try {
        await dispatcher.reload(await loadConfig({ env, log }));
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
    await dispatcher.stop();
    await ops.close();
    process.exit(0);
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
  process.stdout.write(`ready dispatcher ${dispatcher.address}\n`);
}

/** Keys and tokens are the operator's to mend, as everything in the environment is. */
function refuseEnvironment(error: Error): never {
  throw new ConfigError("Cannot use the environment", [error.message]);
}

/** An error that says what to do needs no stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.startsWith("Cannot ") ? error.message : String(error.stack);
}

main().catch((error: unknown) => {
  process.stderr.write(`${describe(error)}\n`);
  process.exit(error instanceof ConfigError ? EXIT_BAD_CONFIGURATION : 1);
});
