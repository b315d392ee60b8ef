import { loadDotEnv } from "@hookgate/config";
import { StartError } from "@hookgate/types";
import { EXIT } from "./cli.ts";
import { endWithNpm } from "./start/end_with_npm.ts";
import { onInterrupt } from "./start/on_interrupt.ts";

const [command, ...args] = process.argv.slice(2);

endWithNpm();

process.exitCode = await run().catch((error: unknown) => {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return EXIT.misused;
});

async function run(): Promise<number> {
  // It gives its children the environment as it is: they read `.env` again each time they are started.
  if (command === "dev" && args.length === 0) return (await import("./start/dev.ts")).dev();
  loadDotEnv(process.env);
  // The first event waits for a start: nothing of the other commands is loaded.
  if (command === "start" && args.every((each) => each === "--one-process")) {
    const { startGateway } = await import("./start/start_gateway.ts");
    return startGateway({ oneProcess: args.length > 0 });
  }
  return runCommand();
}

async function runCommand(): Promise<number> {
  // grpc-js and TLS to an IP address cause one (DEP0123), which an operator cannot do anything about.
  process.noDeprecation = true;
  // Every write reports its own error; without a listener Node would throw it as well.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  const { runCli } = await import("./run_cli.ts");
  return runCli(process.argv.slice(2), {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
    onInterrupt: (listener) =>
      onInterrupt(listener, { signals: process, monotonic: () => performance.now() }),
  });
}
