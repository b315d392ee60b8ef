/**
 * Notes when each body of the load client was handled: pairs of doubles, its number and the machine's monotonic clock in
 * nanoseconds, in a file for each process and run.
 */
import { appendFile } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Wait before notes are written, in milliseconds. */
const WRITE_MS = 100;

/** What a body of the load client says about itself. */
export interface NotedBody {
  run: string;
  /** Begins with ten digits. */
  n: string;
}

const noted = new Map<string, number[]>();

/** Notes that a body is handled now, in a file whose name begins with `prefix`. */
export function noteAttempt(prefix: string, { run, n }: NotedBody): void {
  const now = Number(process.hrtime.bigint());
  const file = `${prefix}-${run}-${process.pid}`;
  const numbers = noted.get(file);
  if (numbers) numbers.push(Number(n.slice(0, 10)), now);
  else {
    noted.set(file, [Number(n.slice(0, 10)), now]);
    setTimeout(() => write(file), WRITE_MS);
  }
}

function write(file: string): void {
  const numbers = new Float64Array(noted.get(file) ?? []);
  noted.delete(file);
  appendFile(file, Buffer.from(numbers.buffer), () => {});
}

/** Reads the notes of a run, by the number of the body; of several attempts the first. Times in nanoseconds. */
export async function readNotes(folder: string, start: string): Promise<Map<number, number>> {
  const notes = new Map<number, number>();
  for (const name of await readdir(folder)) {
    if (!name.startsWith(start)) continue;
    const bytes = await readFile(join(folder, name));
    for (let at = 0; at + 16 <= bytes.length; at += 16) {
      const number = bytes.readDoubleLE(at);
      const ns = bytes.readDoubleLE(at + 8);
      notes.set(number, Math.min(ns, notes.get(number) ?? Number.POSITIVE_INFINITY));
    }
  }
  return notes;
}
