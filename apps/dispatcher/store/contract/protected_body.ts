import { createHash } from "node:crypto";
import { hashInTurns } from "@hookgate/signature";
import type { ReceivedEvent } from "@hookgate/types";

/** Bytes of what follows the parts: the length of the first, and the SHA-256 of everything before it. */
const LENGTH_BYTES = 4;
const SHA256_BYTES = 32;

/** The body that is shown, and what is encrypted. */
export interface BodyParts {
  body: Uint8Array;
  sealed: Uint8Array;
}

/**
 * The two parts of a protected event's body as one, which a store keeps like any other body. Its own SHA-256 is at its end,
 * because the event's digest is of the bytes that came.
 */
export async function packBody({ body, sealed }: BodyParts): Promise<Uint8Array> {
  const packed = Buffer.alloc(body.length + sealed.length + LENGTH_BYTES + SHA256_BYTES);
  packed.set(body);
  packed.set(sealed, body.length);
  const end = body.length + sealed.length;
  packed.writeUInt32LE(body.length, end);
  const digest = await hashInTurns("sha256", packed.subarray(0, end + LENGTH_BYTES));
  packed.set(digest, end + LENGTH_BYTES);
  return packed;
}

/**
 * Reads what {@linkcode packBody} packed.
 *
 * @throws {Error} if it is damaged.
 */
export function unpackBody(packed: Uint8Array): BodyParts {
  const end = packed.length - LENGTH_BYTES - SHA256_BYTES;
  const length = end < 0 ? Number.POSITIVE_INFINITY : bufferOf(packed).readUInt32LE(end);
  if (length > end) throw new Error("Cannot read a protected body: it is damaged");
  return { body: packed.subarray(0, length), sealed: packed.subarray(length, end) };
}

/** Whether a stored body is the one that was stored. */
export function isWhole({
  body,
  bodySha256,
  flags,
}: Pick<ReceivedEvent, "body" | "bodySha256" | "flags">): boolean {
  if (!flags.includes("protected")) return digestOf(body).equals(bodySha256);
  const end = body.length - SHA256_BYTES;
  return end >= LENGTH_BYTES && digestOf(body.subarray(0, end)).equals(body.subarray(end));
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
