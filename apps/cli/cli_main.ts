import { runCli } from "./run_cli.ts";

// grpc-js and TLS to an IP address cause one (DEP0123), which an operator cannot do anything about.
process.noDeprecation = true;

// Every write reports its own error; without a listener Node would throw it as well.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
  onInterrupt(listener) {
    process.once("SIGINT", listener);
    return () => void process.off("SIGINT", listener);
  },
});
