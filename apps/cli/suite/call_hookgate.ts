import { Readable, Writable } from "node:stream";
import type { Output } from "../cli.ts";
import { runCli } from "../run_cli.ts";
import type { Ran } from "./spawn_hookgate.ts";

/** Options for {@linkcode callHookgate}. */
export interface CallOptions {
  /** Width of the terminal for output and errors; null for pipes. @default {null} */
  columns?: number | null;
  /** What is typed at the terminal; null if standard input is not one. @default {null} */
  typed?: string | null;
  /** Aborted when Ctrl-C is pressed. @default {AbortSignal.any([])} */
  interrupt?: AbortSignal;
  /** Takes its output as it comes, and says whether there is still somebody who reads it. @default {always} */
  onOutput?: (text: string) => boolean;
}

/** Runs a command in the test's own process, which is faster than `spawnHookgate`. */
export async function callHookgate(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  options: CallOptions = {},
): Promise<Ran> {
  const { columns = null, typed = null, interrupt = AbortSignal.any([]) } = options;
  const stdout = collector(options.onOutput);
  const stderr = collector();
  const terminal = columns === null ? {} : { isTTY: true, columns };
  const code = await runCli(args, {
    // Colours are tried for themselves, with NO_COLOR set to nothing.
    env: { NO_COLOR: "1", ...env },
    stdin: Object.assign(Readable.from(typed ? [typed] : []), { isTTY: typed !== null }),
    stdout: Object.assign(stdout.stream, terminal),
    stderr: Object.assign(stderr.stream, terminal),
    now: Date.now,
    onInterrupt(listener) {
      interrupt.addEventListener("abort", listener);
      return () => interrupt.removeEventListener("abort", listener);
    },
  });
  const bytes = Buffer.concat(stdout.chunks);
  return { code, bytes, out: bytes.toString(), err: Buffer.concat(stderr.chunks).toString() };
}

function collector(isRead: (text: string) => boolean = () => true): {
  chunks: Buffer[];
  stream: Output;
} {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done(isRead(String(chunk)) ? null : Object.assign(new Error("EPIPE"), { code: "EPIPE" }));
    },
  });
  // Who writes is told; a stream without a listener would throw it as well.
  return { chunks, stream: stream.on("error", () => {}) };
}
