#!/usr/bin/env node
import { runCli } from "./run_cli.ts";

// A reader that has seen enough (| head) is told to the write that fails; this only keeps it from being thrown as well.
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
