import { assertNodeVersion, ConfigError, loadConfig, readEnv } from "@hookgate/config";
import { createLog, startOpsServer } from "@hookgate/telemetry";
import { startDispatcher } from "./start_dispatcher.ts";

/** Exit status for a configuration that cannot be used: starting again would not help. */
const EXIT_BAD_CONFIGURATION = 2;

/** Draining takes at most this long, then the process ends all the same. */
const DRAIN_MS_MAX = 4_900;

async function main(): Promise<void> {
  assertNodeVersion();
  const env = readEnv(process.env);
  const config = await loadConfig({ env });
  const log = createLog({ name: "dispatcher", level: env.logLevel });
  const dispatcher = await startDispatcher({ env, config, log });
  const ops = await startOpsServer({
    port: env.dispatcherOpsPort,
    live: () => true,
    ready: dispatcher.ready,
  });

  process.on("SIGHUP", async () => {
    try {
      await dispatcher.reload(await loadConfig({ env }));
      log.info("configuration reloaded");
    } catch (error) {
      log.error({ err: error }, "configuration not reloaded: the old one stays");
    }
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, async () => {
      log.info({ signal }, "draining");
      setTimeout(() => process.exit(1), DRAIN_MS_MAX).unref();
      await dispatcher.stop();
      await ops.close();
      process.exit(0);
    });
  }
  process.stdout.write(`ready dispatcher ${dispatcher.address}\n`);
}

main().catch((error: unknown) => {
  const bad = error instanceof ConfigError;
  process.stderr.write(`${bad ? error.message : String((error as Error)?.stack ?? error)}\n`);
  process.exit(bad ? EXIT_BAD_CONFIGURATION : 1);
});
