import { type CapturedEvent, DEDUPE_RULES, type Skipped } from "@hookgate/types";
import type { Capture, NewDelivery } from "../contract/captures.ts";
import { checkCaptures } from "../contract/checks.ts";
import { joinBytes, type PackedParts, PackedReader } from "./packed_parts.ts";
import { packFlags } from "./rows.ts";

/** The texts of an event, in the order in which they travel. */
const TEXTS = [
  "id",
  "source",
  "provider",
  "type",
  "providerType",
  "providerEventId",
  "secretId",
  "address",
  "addressChain",
] as const satisfies readonly (keyof CapturedEvent)[];

/** Numbers of a capture: the lengths of its texts, then what {@linkcode packCaptures} adds. */
const NUMBERS = TEXTS.length + 6;

/** Bytes of the body's digest; they come first among an event's bytes. */
const SHA256_BYTES = 32;

/**
 * What the worker's `commit` takes. An object for each capture costs several times what its bytes do on the way to the worker:
 * all texts are one, and all numbers.
 */
export interface CommitInput extends PackedParts {
  revision: number;
  /** How many there are: of each its texts, {@linkcode NUMBERS}, and digest, headers and body. */
  captures: number;
  /** Of those captures that have any, by their place. */
  wanted: ReadonlyMap<number, Pick<Capture, "deliveries" | "skipped">>;
}

/** A capture in the worker. */
export interface PackedCapture extends Pick<CapturedEvent, (typeof TEXTS)[number]> {
  receivedAt: number;
  dedupe: CapturedEvent["dedupe"];
  bodyWindowMs: number;
  /** As they are stored. */
  flags: number;
  sha256: Uint8Array;
  headers: Uint8Array;
  body: Uint8Array;
  deliveries: readonly NewDelivery[];
  skipped: readonly Skipped[];
}

/**
 * Packs captures for the worker: all bytes in one buffer that nobody else holds, so that it can be handed over. (A body
 * is often a view into the buffer of a message or a pool, which must not be.)
 *
 * @throws {RangeError} for a malformed id or digest.
 */
export function packCaptures(captures: readonly Capture[], revision: number): CommitInput {
  checkCaptures(captures);
  const parts: Uint8Array[] = [];
  const numbers = new Float64Array(captures.length * NUMBERS);
  const wanted = new Map<number, Pick<Capture, "deliveries" | "skipped">>();
  let text = "";
  let at = 0;
  for (const [index, { event, deliveries, skipped }] of captures.entries()) {
    for (const name of TEXTS) {
      text += event[name];
      numbers[at++] = event[name].length;
    }
    numbers[at++] = event.receivedAt;
    numbers[at++] = DEDUPE_RULES.indexOf(event.dedupe);
    numbers[at++] = event.bodyWindowMs;
    numbers[at++] = packFlags(event.flags);
    numbers[at++] = event.headers.length;
    numbers[at++] = event.body.length;
    parts.push(event.bodySha256, event.headers, event.body);
    if (deliveries.length + skipped.length > 0) wanted.set(index, { deliveries, skipped });
  }
  const bytes = joinBytes(parts);
  return { revision, captures: captures.length, text, numbers, bytes, wanted };
}

const NOTHING_WANTED = { deliveries: [], skipped: [] } as const;

/** Reads what {@linkcode packCaptures} packed. */
export function readCaptures(input: CommitInput): PackedCapture[] {
  const packed = new PackedReader(input);
  const read: PackedCapture[] = [];
  for (let index = 0; index < input.captures; index += 1) {
    const { deliveries, skipped } = input.wanted.get(index) ?? NOTHING_WANTED;
    read.push({
      id: packed.text(),
      source: packed.text(),
      provider: packed.text(),
      type: packed.text(),
      providerType: packed.text(),
      providerEventId: packed.text(),
      secretId: packed.text(),
      address: packed.text(),
      addressChain: packed.text(),
      receivedAt: packed.number(),
      dedupe: DEDUPE_RULES[packed.number()] ?? "none",
      bodyWindowMs: packed.number(),
      flags: packed.number(),
      sha256: packed.bytes(SHA256_BYTES),
      headers: packed.bytes(packed.number()),
      body: packed.bytes(packed.number()),
      deliveries,
      skipped,
    });
  }
  return read;
}
