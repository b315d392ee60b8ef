import { createHmac, randomBytes } from "node:crypto";
import { findProvider } from "@hookgate/providers";
import { type MacRecipe, type Place, type SignedRequest, verify } from "@hookgate/signature";
import { type Classes, type Welch, welch, withoutSlowest } from "./welch.ts";

/** The measured function: returns whether a request is signed with the secret. */
export type Judge = (request: SignedRequest) => boolean;

/** One scheme to measure. */
export interface Subject {
  name: string;
  recipe: MacRecipe;
  judge: Judge;
}

const SECRET = "a secret for the timing check";
const BODY_BYTES = 1_024;
/** Signatures made at a time, outside the measurement. */
const BATCH = 1_000;
const WARM_UP_SAMPLES = 20_000;
/** Share of samples to drop: more than are interrupted on a quiet machine. */
const SLOWEST_SHARE = 0.05;

/** Measures a provider's verification. @throws {TypeError} unless the provider signs with a MAC of the body alone. */
export function subjectOf(id: string): Subject {
  const recipe = findProvider(id)?.recipe;
  if (recipe?.kind !== "hmac" || !isPlain(recipe)) {
    throw new TypeError(`Cannot measure ${id}: it is not a provider that signs the body alone`);
  }
  const secrets = [{ id: "1", value: SECRET }];
  const judge = (request: SignedRequest) => verify(recipe, request, { secrets }).ok;
  return { name: `${id} (${recipe.encoding})`, recipe, judge };
}

/** Measures a naive comparison that stops at the first difference: this check has to detect it. */
export function leakySubject(): Subject {
  const { recipe } = subjectOf("generic");
  const judge = ({ headers, body }: SignedRequest) => {
    const expected = createHmac(recipe.digest, SECRET).update(body).digest("hex");
    const given = headers(headerOf(recipe))[0]?.slice(prefixOf(recipe).length) ?? "";
    let at = 0;
    while (at < expected.length && expected.charCodeAt(at) === given.charCodeAt(at)) at += 1;
    return at === expected.length;
  };
  return { name: "letter by letter", recipe, judge };
}

function isPlain({ signed, signature, timestamp, key = "utf8" }: MacRecipe): boolean {
  const isBody = signed.length === 1 && signed[0] === "body";
  const isHeader = headerOf({ signature }) !== "";
  return isBody && isHeader && timestamp === undefined && key === "utf8";
}

function prefixOf({ format }: MacRecipe): string {
  return format?.kind === "plain" ? (format.prefix ?? "") : "";
}

/** The header with the signature: the first one if there are several. */
function headerOf({ signature }: Pick<MacRecipe, "signature">): string {
  if ("numbered" in signature) return "";
  const places: readonly Place[] = Array.isArray(signature) ? signature : [signature as Place];
  const [first] = places;
  return first !== undefined && "header" in first ? first.header : "";
}

/**
 * Returns Welch's t of MACs that differ in the last byte only against random ones, interleaved at random: what a forger
 * who guesses byte by byte could measure without a network in between.
 */
export function measure(subject: Subject, { samples }: { samples: number }): Welch {
  run(subject, Math.min(samples, WARM_UP_SAMPLES));
  return welch(withoutSlowest(run(subject, samples), SLOWEST_SHARE));
}

/** Measures `samples` of each class. */
function run({ recipe, judge }: Subject, samples: number): Classes {
  const classes = shuffledClasses(samples);
  const times = new Float64Array(classes.length);
  const prefix = prefixOf(recipe);
  const header = headerOf(recipe);
  for (let from = 0; from < times.length; from += BATCH) {
    const requests = Array.from(classes.subarray(from, from + BATCH), (one) => {
      // A new body each time: the processor would learn the branches of a repeated MAC.
      const body = randomBytes(BODY_BYTES);
      const right = createHmac(recipe.digest, SECRET).update(body).digest();
      // Both are made for either class, so that memory looks the same.
      const macs = [rightPrefix(right), randomBytes(right.length)];
      const mac = macs[one] ?? right;
      // Rebuilt from bytes for both classes: reading a concatenated string takes longer.
      const text = Buffer.from(prefix + mac.toString(encodingOf(recipe))).toString("latin1");
      return requestWith(text, { header, body });
    });
    for (const [at, request] of requests.entries()) {
      const startedAt = performance.now();
      const ok = judge(request);
      times[from + at] = (performance.now() - startedAt) * 1_000;
      if (ok) throw new Error("Cannot measure: a wrong signature was accepted");
    }
  }
  return { times, classes };
}

function encodingOf({ encoding }: MacRecipe): "hex" | "base64" | "base64url" {
  return encoding === "hex_upper" ? "hex" : encoding;
}

function rightPrefix(right: Buffer): Buffer {
  const mac = Buffer.from(right);
  const [random = 0] = randomBytes(1);
  const last = mac.length - 1;
  mac.writeUInt8(mac.readUInt8(last) ^ (1 + (random % 255)), last);
  return mac;
}

function requestWith(
  text: string,
  { header, body }: { header: string; body: Buffer },
): SignedRequest {
  const values = [text];
  const none: string[] = [];
  const url = "http://localhost/";
  const headers = (name: string) => (name === header ? values : none);
  return { method: "POST", url, headers, body, receivedAt: 0 };
}

/** Equal numbers of both classes, in random order. */
function shuffledClasses(samples: number): Uint8Array {
  const classes = Uint8Array.from({ length: samples * 2 }, (_, at) => at % 2);
  const random = new Uint32Array(classes.length);
  for (let from = 0; from < random.length; from += 16_384) {
    crypto.getRandomValues(random.subarray(from, from + 16_384));
  }
  for (let at = classes.length - 1; at > 0; at -= 1) {
    const other = (random[at] ?? 0) % (at + 1);
    [classes[at], classes[other]] = [classes[other] ?? 0, classes[at] ?? 0];
  }
  return classes;
}
