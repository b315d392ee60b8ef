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

/** Runs the real command, for tests: with this environment and no other, and an empty standard input unless told. */
export async function spawnHookgate(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  options: { input?: string } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], ...env },
  });
  // A command that ends without reading its input leaves a broken pipe.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const [bytes, err, [code]] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    once(child, "close"),
  ]);
  return { code, bytes, out: bytes.toString(), err: err.toString() };
}
