import { readFile } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { wantsColour } from "@hookgate/config";

/** Where a command reads. */
export interface Input extends Readable {
  isTTY?: boolean;
}

/** Where a command writes. */
export interface Output extends Writable {
  isTTY?: boolean;
  columns?: number;
}

/** Everything that a command can reach. */
export interface Cli {
  env: Record<string, string | undefined>;
  stdin: Input;
  stdout: Output;
  stderr: Output;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** Calls `listener` on the next two Ctrl-C, or requests to end, instead of ending the program; returns what takes that back. */
  onInterrupt: (listener: () => void) => () => void;
}

/** What a run exits with. */
export const EXIT = {
  /** It was done. */
  done: 0,
  /** It could not be done, or the answer is no. */
  failed: 1,
  /** The command line, the environment or the configuration is wrong. */
  misused: 2,
  /** The output could not be written. */
  unwritable: 3,
} as const;

/** Ends a command with one line for the operator. */
export class CliError extends Error {
  override name = "CliError";
  readonly exitCode: 1 | 2;

  constructor(message: string, options: ErrorOptions & { exitCode?: 1 | 2 } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? EXIT.failed;
  }
}

/** Ends a command whose output cannot be written. */
export class OutputError extends Error {
  override name = "OutputError";
  /** Whether the reader has closed the pipe, as `head` does once it has seen enough. */
  readonly isClosed: boolean;

  constructor(cause: NodeJS.ErrnoException) {
    const { code = "", message } = cause;
    // Node's text: "ENOSPC: no space left on device, write".
    const [, reason = message] = /^\w+: (.*), write$/.exec(message) ?? [];
    super(`Cannot write the output: ${reason}${code && ` (${code})`}`, { cause });
    this.isClosed = code === "EPIPE" || code === "ERR_STREAM_DESTROYED";
  }
}

/**
 * Writes, and resolves when the text is out.
 *
 * @throws {OutputError} if it cannot be written.
 */
export function write(output: Writable, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(chunk, (error) => (error ? reject(new OutputError(error)) : resolve()));
  });
}

/** Writes a line or more to standard error, if that is possible. */
export async function tell({ stderr }: Pick<Cli, "stderr">, text: string): Promise<void> {
  await write(stderr, text).catch(() => {});
}

/**
 * The bytes of a file, or of standard input for `-`.
 *
 * @throws {CliError} if the file cannot be read.
 */
export async function readInput(path: string, stdin: Readable): Promise<Buffer> {
  if (path === "-") return buffer(stdin);
  try {
    return await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CliError(`Cannot read ${path}: ${code}`, { cause: error });
  }
}

/** Whether an output is a terminal that is wanted in colour. */
export function hasColour(output: Output, env: Cli["env"]): boolean {
  return output.isTTY === true && wantsColour(env);
}

/** How answers may look. */
export function screenOf({ stdout, env }: Pick<Cli, "stdout" | "env">): {
  columns: number | null;
  colour: boolean;
} {
  return { columns: columnsOf(stdout), colour: hasColour(stdout, env) };
}

/** The width that lines have to fit in; null if the output is not a terminal. */
export function columnsOf(output: Output): number | null {
  return output.isTTY ? (output.columns ?? 80) : null;
}
