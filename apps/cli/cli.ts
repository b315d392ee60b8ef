import type { Readable, Writable } from "node:stream";

/** Where a command reads. */
export interface Input extends Readable {
  isTTY?: boolean;
}

/** Where a command writes its answer. */
export interface Output extends Writable {
  isTTY?: boolean;
  columns?: number;
}

/** What a command may reach. */
export interface Cli {
  env: Record<string, string | undefined>;
  stdin: Input;
  stdout: Output;
  stderr: Output;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** Has the next Ctrl-C end in `listener` in place of the program; returns what takes that back. */
  onInterrupt: (listener: () => void) => () => void;
}

/** Writes, and resolves when it was taken; rejects with EPIPE when nobody reads any more. */
export function write(output: Writable, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

/** The width that lines must fit in: the terminal's; null where the output is read by a program. */
export function columnsOf(output: Output): number | null {
  return output.isTTY ? (output.columns ?? 80) : null;
}

/** Ends a command with one line for the operator. */
export class CliError extends Error {
  override name = "CliError";
  /** 1: it could not be done. 2: it was asked wrongly. */
  readonly exitCode: 1 | 2;

  constructor(message: string, options: ErrorOptions & { exitCode?: 1 | 2 } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 1;
  }
}
