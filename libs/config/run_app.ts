import { flushCompileCache } from "node:module";
import { StartError } from "@hookgate/types";
import type { Config } from "./config.ts";
import { loadConfig } from "./load_config.ts";
import { CONFIG_FROM_PARENT, receiveConfig } from "./parent_config.ts";
import { type Env, readEnv } from "./read_env.ts";

/** Exit status if starting again does not help. */
export const EXIT_OPERATOR = 2;

/** Longest time to drain, in milliseconds; then the process exits anyway. */
const STOP_MS_MAX = 4_900;

/** The log of an app. */
export interface AppLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  fatal(fields: object, message: string): void;
}

/** A standard stream that never blocks. */
interface Output {
  write(line: string): void;
}

/** An app that runs. */
export interface RunningApp {
  /** Resolves to the address that the ready line shows, once the app is ready. */
  ready: Promise<string>;
  /**
   * Applies a changed configuration, and files that the environment names: all or nothing.
   *
   * @throws {Error} if it cannot be applied: the old one stays in force.
   */
  reload(config: Config): Promise<void>;
  /** Drains. */
  stop(): Promise<void>;
}

/** Options for {@linkcode runApp}. */
export interface RunAppOptions<Log extends AppLog> {
  /** Standard output, for the ready line. */
  out: Output;
  /** Standard error, for what goes wrong before there is a log. */
  err: Output;
  createLog(env: Env): Log;
  /** @throws {StartError} if only the operator can help. */
  start(context: { env: Env; config: Config; log: Log }): Promise<RunningApp>;
}

/**
 * Runs an app as a process: reads the environment, reads the configuration or gets it from its parent, starts, prints `ready <name> <address>`, reloads
 * on SIGHUP, drains on SIGTERM and SIGINT, and exits: 0 after draining, 1 if starting again may help, 2 if not.
 */
export async function runApp<Log extends AppLog>(
  name: string,
  options: RunAppOptions<Log>,
): Promise<void> {
  const { out, err } = options;
  try {
    const address = await startApp(options);
    out.write(`ready ${name} ${address}\n`);
    // Node writes it when the process exits, and one that is killed never does.
    flushCompileCache();
  } catch (error) {
    err.write(`${describeFailure(error)}\n`);
    process.exit(error instanceof StartError ? EXIT_OPERATOR : 1);
  }
}

async function startApp<Log extends AppLog>({
  err,
  createLog,
  start,
}: RunAppOptions<Log>): Promise<string> {
  // What changes while we start is applied right after.
  let reload: ((load: LoadConfig) => void) | null = null;
  let missed: LoadConfig | null = null;
  const change = (load: LoadConfig) => {
    if (reload) reload(load);
    else missed = load;
  };
  // Without a listener the signal would end the process.
  process.on("SIGHUP", () => change(load));
  const env = readEnv(process.env);
  const log = createLog(env);
  reportFaults(log);
  const load = () =>
    loadConfig({
      env,
      log: { warn: (message) => log.warn({}, message) },
      print: (text) => err.write(text),
    });
  const isSent = process.argv.includes(CONFIG_FROM_PARENT);
  const config = isSent ? receiveConfig((changed) => change(async () => changed)) : load();
  const app = await start({ env, config: await config, log });
  stopOnSignals(app, log);
  reload = inTurn((load) => reloadApp(app, { load, log }));
  if (missed) reload(missed);
  return app.ready;
}

type LoadConfig = () => Promise<Config>;

/** What nobody caught, and Node's own warnings, go to the log: writing to standard error could block. */
function reportFaults(log: AppLog): void {
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "unexpected error: exiting");
    process.exit(1);
  });
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => log.warn({ warning: name }, message));
}

async function reloadApp(
  app: RunningApp,
  { load, log }: { load: LoadConfig; log: AppLog },
): Promise<void> {
  try {
    await app.reload(await load());
    log.info({}, "configuration reloaded");
  } catch (error) {
    const why = error instanceof StartError ? { problem: error.message } : { err: error };
    log.error(why, "configuration not reloaded: the old one stays in force");
  }
}

/** Runs `work` once per call, one after the other: of two reloads that overlap the older one could win. */
function inTurn(work: (load: LoadConfig) => Promise<void>): (load: LoadConfig) => void {
  let last = Promise.resolve();
  return (load) => {
    last = last.then(() => work(load));
  };
}

function stopOnSignals(app: RunningApp, log: AppLog): void {
  let stopping = false;
  async function stop(signal: NodeJS.Signals): Promise<void> {
    // Ctrl-C can come twice: from the terminal, and from the process that started us.
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "draining");
    setTimeout(() => {
      log.error({}, `not drained within ${STOP_MS_MAX} ms: exiting`);
      process.exit(1);
    }, STOP_MS_MAX).unref();
    await app.stop();
    process.exit(0);
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
}

/** One sentence if an operator can do something about it, else the stack. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected = error instanceof StartError || /^Cannot /.test(error.message);
  if (!expected || error instanceof TypeError) return String(error.stack);
  return error.message;
}
