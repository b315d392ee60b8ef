import { closeSync, openSync, readSync } from "node:fs";

/** Bytes that are read at once. */
const PIECE_BYTES = 1024 * 1024;

/** The lines of a file, one after the other: those of a long run are more than a string can hold. */
export function* readLines(path: string): Generator<string> {
  const file = openSync(path, "r");
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    const decoder = new TextDecoder();
    let rest = "";
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece)) {
      const text = rest + decoder.decode(piece.subarray(0, length), { stream: true });
      const lines = text.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(file);
  }
}
