import "./assert_node.cjs";
import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError, loadConfig, readEnv } from "@hookgate/config";
import { EXIT_BAD_CONFIGURATION } from "./app_process.ts";
import { sendLine } from "./send_line.ts";
import { Supervisor } from "./supervisor.ts";

const root = resolve(import.meta.dirname, "../..");
// In the order in which they stop: once the edge is gone nothing new comes, and the dispatcher refuses nobody.
const apps = ["edge", "dispatcher"].map((name) => ({
  name,
  args: [resolve(root, "apps", name, "main.ts")],
}));

process.exitCode = await start().catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error;
  log(error.message);
  return EXIT_BAD_CONFIGURATION;
});

async function start(): Promise<number> {
  // Each app reads the configuration for itself; read here first, a mistake in it is told once, not by each app.
  const config = await loadConfig({ env: readEnv(process.env), log: { warn: log } });
  const sources = config.sources.map((source) => source.name);
  const addresses = new Map<string, string>();
  const supervisor = new Supervisor(apps, {
    ready(name, address) {
      process.stdout.write(`${name} is ready at ${address}\n`);
      addresses.set(name, address);
      if (addresses.size < apps.length) return;
      process.stdout.write(
        `${sendLine(addresses.get("edge") ?? "", { sources, env: process.env })}\n`,
      );
    },
    log,
  });
  // Whoever read along may have gone (npm start | head): no reason to stop.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  const hadTerminal = hasTerminal();
  process.on("SIGINT", () => supervisor.interrupt());
  process.on("SIGTERM", () => supervisor.stop(0));
  process.on("SIGHUP", () => {
    // SIGHUP asks for a reload, but it also tells that the terminal was closed: then nobody could stop us any more.
    if (hadTerminal && !hasTerminal()) supervisor.stop(0);
    else supervisor.reload();
  });
  return supervisor.run();
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Whether this process still has a controlling terminal. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
