import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

/** A finished run of the command. */
export interface Ran {
  code: number | null;
  /** Standard output. */
  bytes: Buffer;
  out: string;
  err: string;
}

/** Options for {@linkcode spawnHookgate}. */
export interface SpawnOptions {
  /** Aborted when Ctrl-C is pressed. @default {AbortSignal.any([])} */
  interrupt?: AbortSignal;
}

/** Runs the real command with only this environment. */
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
