import { createHash } from "node:crypto";
import { splitName } from "./claim.ts";
import { encode } from "./encoding.ts";
import { type Reading, readPlace, writePlace } from "./place.ts";
import type { MacRecipe, Place, SignaturePlace } from "./recipe.ts";
import { type Chunk, signedChunks } from "./signed_bytes.ts";
import { incoming, type OutgoingRequest } from "./signed_request.ts";
import { formatTime, readTimestamp } from "./timestamp.ts";

type SigningRecipe = Omit<MacRecipe, "kind" | "digest" | "key">;

/** A request with everything but its signature. */
export interface Prepared {
  request: OutgoingRequest;
  /** What to sign. */
  chunks: readonly Chunk[];
  /** Adds this signature in the recipe's format and place. */
  finish(signature: string): OutgoingRequest;
}

/** Adds what the scheme signs in addition to the body: the time, the body's digest. */
export function prepareSigning(
  recipe: SigningRecipe,
  unsigned: OutgoingRequest,
  { now }: { now: number },
): Prepared {
  const { timestamp: rule, bodyDigest } = recipe;
  let request = unsigned;
  let pairTime = "";
  if (rule !== undefined) {
    const text = formatTime(rule.unit, now);
    if ("pair" in rule.from) pairTime = text;
    else if (readPlace(read(request, now), rule.from) === undefined) {
      request = writePlace(request, rule.from, text);
    }
  }
  if (bodyDigest !== undefined) {
    const digest = createHash(bodyDigest.digest).update(request.body).digest();
    request = writePlace(request, bodyDigest.from, encode(bodyDigest.encoding, digest));
  }
  const reading = read(request, now);
  const claim = { signatures: [], pair: () => pairTime };
  const timestamp = readTimestamp(rule, reading, claim);
  if (typeof timestamp === "string")
    throw new TypeError("Cannot sign: the timestamp in the request is not valid");
  const chunks = signedChunks(recipe.signed, reading, { timestamp });
  if (typeof chunks === "string") {
    throw new TypeError("Cannot sign: a part to be signed is missing, or present twice");
  }
  return {
    request,
    chunks,
    finish: (signature) =>
      writePlace(request, firstPlace(recipe.signature), write(recipe, { signature, pairTime })),
  };
}

function read(request: OutgoingRequest, now: number): Reading {
  return { request: incoming(request, now) };
}

function firstPlace(place: SignaturePlace): Place {
  if ("numbered" in place) return { header: `${place.numbered}1` };
  if (!Array.isArray(place)) return place as Place;
  const [first] = place as readonly Place[];
  if (first === undefined)
    throw new TypeError("Cannot sign: the recipe has no place for the signature");
  return first;
}

function write(
  { format = { kind: "plain" }, timestamp }: SigningRecipe,
  { signature, pairTime }: { signature: string; pairTime: string },
): string {
  if (format.kind === "plain") return (format.prefix ?? "") + signature;
  if (format.kind === "named") return signature;
  if (format.kind === "envelope") {
    const [name, text] = splitName(format, signature);
    const members = { ...format.fixed, [format.name]: name, [format.signature]: text };
    return Buffer.from(JSON.stringify(members)).toString("base64");
  }
  if (format.kind === "timed_list") return `${pairTime}${format.delimiter}${signature}`;
  if (format.kind === "versions") return `${format.version},${signature}`;
  const pair = timestamp !== undefined && "pair" in timestamp.from ? timestamp.from.pair : null;
  const own = `${format.key}=${signature}`;
  return pair === null ? own : `${pair}=${pairTime}${format.delimiter}${own}`;
}
