import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";
import { nextTurn } from "@hookgate/async";
import type { EditedEvent, Hidden } from "./edit_event.ts";
import { CIPHER, messageKey, NONCE_BYTES, TAG_BYTES } from "./master_key.ts";

/** Bytes that are encrypted in one turn of the event loop: about half a millisecond. */
const PIECE_BYTES = 1024 * 1024;

const LENGTH_BYTES = 4;

/** Where what replaces a value is, in what is shown. */
type Place = Omit<Hidden, "bytes">;

/** What stands unencrypted before what is encrypted, which is bound to it. */
export interface SealedHead {
  /** Of the event. */
  id: string;
  /** Ids of the keys that are needed; empty if nothing is encrypted. */
  keys: readonly string[];
  /** What was done, a phrase each. */
  done: readonly string[];
  headers: readonly Place[];
  body: readonly Place[];
}

/** The values that came, in the order of the head's places. */
export interface OpenedValues {
  headers: readonly Uint8Array[];
  body: readonly Uint8Array[];
}

/** Encrypts what is hidden in an event as one message: its places, the event's id and the keys are what it is bound to. */
export async function seal(
  id: string,
  { headers, body, done }: EditedEvent,
  keys: readonly { id: string; key: KeyObject }[],
): Promise<Uint8Array> {
  const hidden = [...headers.hidden, ...body.hidden];
  const places = (of: readonly Hidden[]) =>
    of.map(({ start, end, written }): Place => ({ start, end, written }));
  const head: SealedHead = {
    id,
    keys: hidden.length === 0 ? [] : keys.map((key) => key.id),
    done,
    headers: places(headers.hidden),
    body: places(body.hidden),
  };
  const text = Buffer.from(JSON.stringify(head));
  const sealed = [uint32(text.length), text];
  if (hidden.length > 0) {
    const values = hidden.flatMap(({ bytes }) => [uint32(bytes.length), bytes]);
    const used = { key: keyOf(keys, id), bound: text };
    sealed.push(await encrypt(Buffer.concat(values), used));
  }
  return Buffer.concat(sealed);
}

/**
 * The head of what {@linkcode seal} made.
 *
 * @throws {Error} if it is damaged.
 */
export function readHead(sealed: Uint8Array): SealedHead {
  return JSON.parse(bytesOfHead(sealed).toString()) as SealedHead;
}

/**
 * Decrypts what {@linkcode seal} encrypted.
 *
 * @throws {Error} if it, or what it is bound to, was changed.
 */
export async function unseal(
  sealed: Uint8Array,
  keys: readonly { key: KeyObject }[],
): Promise<OpenedValues> {
  const bound = bytesOfHead(sealed);
  const { id, headers } = readHead(sealed);
  const used = { key: keyOf(keys, id), bound };
  const plain = await decrypt(sealed.subarray(LENGTH_BYTES + bound.length), used);
  const values: Uint8Array[] = [];
  for (let at = 0; at < plain.length; ) {
    const start = at + LENGTH_BYTES;
    at = start + plain.readUInt32LE(at);
    values.push(plain.subarray(start, at));
  }
  return { headers: values.slice(0, headers.length), body: values.slice(headers.length) };
}

function keyOf(keys: readonly { key: KeyObject }[], id: string): KeyObject {
  return messageKey(
    keys.map(({ key }) => key),
    id,
  );
}

/** A key, and what the message is bound to. */
export interface MessageKey {
  key: KeyObject;
  bound: Uint8Array;
}

/** Nonce, encrypted bytes, tag. */
export async function encrypt(plain: Uint8Array, { key, bound }: MessageKey): Promise<Buffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(bound);
  const parts = await inPieces(plain, (piece) => cipher.update(piece));
  return Buffer.concat([nonce, ...parts, cipher.final(), cipher.getAuthTag()]);
}

/** @throws {Error} if it, or what it is bound to, was changed, or the key is another one. */
export async function decrypt(message: Uint8Array, { key, bound }: MessageKey): Promise<Buffer> {
  const tag = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv(CIPHER, key, message.subarray(0, NONCE_BYTES), tag);
  decipher.setAAD(bound).setAuthTag(message.subarray(-TAG_BYTES));
  const parts = await inPieces(message.subarray(NONCE_BYTES, -TAG_BYTES), (piece) =>
    decipher.update(piece),
  );
  try {
    return Buffer.concat([...parts, decipher.final()]);
  } catch (cause) {
    throw new Error("Cannot read what is encrypted: it was changed", { cause });
  }
}

async function inPieces(bytes: Uint8Array, take: (piece: Uint8Array) => Buffer): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    if (at > 0) await nextTurn();
    parts.push(take(bytes.subarray(at, at + PIECE_BYTES)));
  }
  return parts;
}

function bytesOfHead(sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  return bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + bytes.readUInt32LE(0));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES);
  bytes.writeUInt32LE(value);
  return bytes;
}
