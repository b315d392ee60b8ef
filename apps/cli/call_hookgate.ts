import { Readable, Writable } from "node:stream";
import type { Output } from "./cli.ts";
import { runCli } from "./run_cli.ts";
import type { Ran } from "./spawn_hookgate.ts";

/** Options for {@linkcode callHookgate}. */
export interface CallOptions {
  /** Width of the terminal that the output goes to; null for a pipe. @default {null} */
  columns?: number | null;
}

/** Runs a command within the test's own process: what `spawnHookgate` does, where the process itself does not matter. */
export async function callHookgate(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  options: CallOptions = {},
): Promise<Ran> {
  const { columns = null } = options;
  const stdout = collector();
  const stderr = collector();
  const terminal = columns === null ? {} : { isTTY: true, columns };
  const code = await runCli(args, {
    env,
    stdin: Readable.from([]),
    stdout: Object.assign(stdout.stream, terminal),
    stderr: stderr.stream,
    now: Date.now,
  });
  const bytes = Buffer.concat(stdout.chunks);
  return { code, bytes, out: bytes.toString(), err: Buffer.concat(stderr.chunks).toString() };
}

function collector(): { chunks: Buffer[]; stream: Output } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { chunks, stream };
}
