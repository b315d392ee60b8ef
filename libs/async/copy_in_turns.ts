import { nextTurn } from "./once_per_turn.ts";

/** Bytes that are copied in one turn of the event loop. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** A copy with a buffer of its own, made a piece at a time: between two pieces, other work has its turn. */
export async function copyInTurns(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const copy = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    if (at > 0) await nextTurn();
    copy.set(bytes.subarray(at, at + PIECE_BYTES), at);
  }
  return copy;
}
