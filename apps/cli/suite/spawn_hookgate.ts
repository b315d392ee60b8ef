import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

/** What a run of the command left. */
export interface Ran {
  code: number | null;
  /** Standard output, as it was written. */
  bytes: Buffer;
  out: string;
  err: string;
}

/** Options for {@linkcode spawnHookgate}. */
export interface SpawnOptions {
  /** Aborts where Ctrl-C is pressed. @default {AbortSignal.any([])} */
  interrupt?: AbortSignal;
}

/** Runs the real command, for tests: with this environment and no other. */
export async function spawnHookgate(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  options: SpawnOptions = {},
): Promise<Ran> {
  const { interrupt = AbortSignal.any([]) } = options;
  const child = spawn(process.execPath, [join(import.meta.dirname, "../main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], ...env },
  });
  interrupt.addEventListener("abort", () => child.kill("SIGINT"));
  const [bytes, err, [code]] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    once(child, "close"),
  ]);
  return { code, bytes, out: bytes.toString(), err: err.toString() };
}
