import { decode } from "./encoding.ts";
import { readJsonValue } from "./json/json_part.ts";
import { REPEATED_HEADERS_MAX, SIGNATURE_CHARS_MAX, type SignatureBounds } from "./limits.ts";
import { type Reading, readPlace, readPointer } from "./place.ts";
import type { Place, RepeatedHeader, SignatureFormat, SignaturePlace } from "./recipe.ts";

/** What a request claims: its signatures, as texts in the recipe's format but not yet in its encoding. */
export interface Claim {
  signatures: readonly string[];
  /** The value of a key in the list that contains the signatures; undefined if there is none, or several. */
  pair: (key: string) => string | undefined;
}

/** Why there is no claim. */
export type UnclaimedReason = "missing_header" | "malformed_header" | "unknown_version";

const PLAIN: SignatureFormat = { kind: "plain" };
/** A version before a signature, as in `v0=`. */
const VERSION = /^v\d+[a-z]*=/;
const noPair = () => undefined;

/** Reads the signatures of a request. Checks lengths first. */
export function readClaim(
  recipe: { signature: SignaturePlace; format?: SignatureFormat },
  reading: Reading,
  bounds: SignatureBounds,
): Claim | UnclaimedReason {
  const { signature, format = PLAIN } = recipe;
  if (!isSeveral(signature)) {
    const text = readPlace(reading, signature);
    if (text === undefined) return "missing_header";
    // Refuse two: the one who added the second must not get to choose which one counts.
    return text === null ? "malformed_header" : parseText(format, text, bounds);
  }
  const texts = readTexts(signature, { reading, format, bounds });
  if (typeof texts === "string") return texts;

  // Several places: one well-formed signature is enough, whatever is in the others.
  const claims = texts.map((text) => parseText(format, text, bounds));
  const good = claims.filter((claim) => typeof claim !== "string");
  if (good.length === 0)
    return claims.find((claim) => typeof claim === "string") ?? "malformed_header";
  const signatures = good.flatMap((claim) => claim.signatures);
  const most = "numbered" in signature ? numberedMax(signature, bounds) : bounds.signaturesMax;
  if (signatures.length > most) return "malformed_header";
  return { signatures, pair: good[0]?.pair ?? noPair };
}

type SeveralPlaces = Exclude<SignaturePlace, Place> | RepeatedHeader;

function isSeveral(place: SignaturePlace): place is SeveralPlaces {
  return Array.isArray(place) || "numbered" in place || isRepeated(place);
}

function isRepeated(place: SignaturePlace): place is RepeatedHeader {
  return !Array.isArray(place) && "repeated" in place;
}

interface Written {
  reading: Reading;
  format: SignatureFormat;
  bounds: SignatureBounds;
}

function readTexts(place: SeveralPlaces, written: Written): string[] | UnclaimedReason {
  const { reading } = written;
  if ("numbered" in place) return readNumbered(place, written);
  if (isRepeated(place)) return readRepeated(place, written);
  const texts: string[] = [];
  for (const one of place) {
    const text = readPlace(reading, one);
    if (text === null) return "malformed_header";
    if (text !== undefined) texts.push(text);
  }
  return texts.length === 0 ? "missing_header" : texts;
}

/**
 * While a secret is rotated there are two signatures. The same one twice is none that a sender sends. A proxy may join lines of
 * one header with commas (RFC 9110, 5.3); a plain signature has none.
 */
function readRepeated(
  { header }: { header: string },
  { reading, format }: Written,
): string[] | UnclaimedReason {
  const lines = reading.request.headers(header);
  if (lines.length === 0) return "missing_header";
  const texts = format.kind === "plain" ? lines.flatMap(splitLine) : lines;
  const isFit = texts.length <= REPEATED_HEADERS_MAX && new Set(texts).size === texts.length;
  return isFit ? [...texts] : "malformed_header";
}

function splitLine(line: string): string[] {
  // Too long a one is refused as it is.
  return line.length > SIGNATURE_CHARS_MAX ? [line] : line.split(",").map((text) => text.trim());
}

type NumberedHeaders = Extract<SignaturePlace, { numbered: string }>;

function numberedMax({ max }: NumberedHeaders, bounds: SignatureBounds): number {
  return Math.min(max, bounds.numberedMax);
}

function readNumbered(
  place: NumberedHeaders,
  { reading, bounds }: Written,
): string[] | UnclaimedReason {
  const texts: string[] = [];
  for (let number = 1; number <= numberedMax(place, bounds); number += 1) {
    const text = readPlace(reading, { header: `${place.numbered}${number}` });
    if (text === null) return "malformed_header";
    if (text === undefined) break;
    texts.push(text);
  }
  return texts.length === 0 ? "missing_header" : texts;
}

function parseText(
  format: SignatureFormat,
  text: string,
  { signaturesMax }: { signaturesMax: number },
): Claim | UnclaimedReason {
  if (text.length > SIGNATURE_CHARS_MAX || text === "") return "malformed_header";
  if (format.kind === "plain") return parsePlain(format, text);
  if (format.kind === "timed_list") return parseTimedList(format, text, { signaturesMax });
  if (format.kind === "named") return parseNamed(format, text, { signaturesMax });
  if (format.kind === "envelope") return parseEnvelope(format, text);
  const entries =
    format.kind === "pairs" ? splitPairs(text, format.delimiter) : splitVersions(text);
  const wanted = format.kind === "pairs" ? format.key : format.version;
  const signatures = valuesOf(entries, wanted);
  if (signatures.length > signaturesMax) return "malformed_header";
  if (signatures.length === 0)
    return entries.some(isVersion) ? "unknown_version" : "malformed_header";
  return {
    signatures,
    pair(key) {
      const values = valuesOf(entries, key);
      return values.length === 1 ? values[0] : undefined;
    },
  };
}

/** A prefix that names an authentication scheme (RFC 9110, 11.4), such as `Bearer `. */
const AUTH_SCHEME = /^[\w!#$%&'*+.^`|~-]+ $/;

/**
 * What follows a prefix; null if the text does not begin with it. An authentication scheme has no case, and one space or more after it
 * (RFC 9110, 11.1 and 11.4): some proxies and libraries write `bearer`.
 */
export function textAfter(prefix: string, text: string): string | null {
  const [begins, rest] = [text.slice(0, prefix.length), text.slice(prefix.length)];
  if (!AUTH_SCHEME.test(prefix)) return begins === prefix ? rest : null;
  return begins.toLowerCase() === prefix.toLowerCase() ? rest.replace(/^ +/, "") : null;
}

type Entry = readonly [key: string, value: string];

function parsePlain(
  format: { prefix?: string; prefixRequired?: boolean },
  text: string,
): Claim | UnclaimedReason {
  const { prefix = "", prefixRequired = false } = format;
  const signature = textAfter(prefix, text);
  if (signature !== null) return { signatures: [signature], pair: noPair };
  if (VERSION.test(prefix) && VERSION.test(text)) return "unknown_version";
  return prefixRequired ? "malformed_header" : { signatures: [text], pair: noPair };
}

/** The signature after its name, as `splitName` reads it. */
function parseEnvelope(
  { signature, name, fixed }: Extract<SignatureFormat, { kind: "envelope" }>,
  text: string,
): Claim | UnclaimedReason {
  const bytes = decode("base64", text);
  const members = bytes === null ? undefined : readJsonValue(bytes);
  const [claimed, keyName] = [signature, name].map((key) => readMember(members, key));
  if (claimed === undefined || keyName === undefined) return "malformed_header";
  const isKnown = Object.entries(fixed).every(([key, value]) => readMember(members, key) === value);
  if (!isKnown) return "unknown_version";
  return { signatures: [`${keyName}|${claimed}`], pair: noPair };
}

function readMember(value: unknown, name: string): string | undefined {
  const found = readPointer(value, `/${name}`);
  return typeof found === "string" ? found : undefined;
}

/** `time,a,b`. */
function parseTimedList(
  { delimiter }: { delimiter: string },
  text: string,
  { signaturesMax }: { signaturesMax: number },
): Claim | UnclaimedReason {
  const [time, ...signatures] = text.split(delimiter);
  if (signatures.length === 0 || signatures.length > signaturesMax) return "malformed_header";
  return { signatures, pair: (key) => (key === "t" ? time : undefined) };
}

/** `name|a&name|b`; the names stay with their signatures. */
function parseNamed(
  { delimiter, separator }: { delimiter: string; separator: string },
  text: string,
  { signaturesMax }: { signaturesMax: number },
): Claim | UnclaimedReason {
  const signatures = text.split(delimiter).filter((entry) => entry.includes(separator));
  const isFit = signatures.length > 0 && signatures.length <= signaturesMax;
  return isFit ? { signatures, pair: noPair } : "malformed_header";
}

/** `t=1,v1=a,v1=b`; spaces around an entry are ignored, and so is what has no key: nothing is read from it. */
function splitPairs(text: string, delimiter: string): Entry[] {
  return text.split(delimiter).flatMap((entry): Entry[] => {
    const at = entry.indexOf("=");
    return at < 1 ? [] : [[entry.slice(0, at).trim(), entry.slice(at + 1).trim()]];
  });
}

/**
 * `v1,a v1a,b`; Supabase writes a comma before the space. A word without a version is ignored, as unknown versions are: some
 * senders add one for older receivers.
 */
function splitVersions(text: string): Entry[] {
  return text.split(/,? /).flatMap((entry): Entry[] => {
    const at = entry.indexOf(",");
    return at < 1 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]];
  });
}

function isVersion([key]: Entry): boolean {
  return /^v\d+[a-z]*$/.test(key);
}

function valuesOf(entries: readonly Entry[], key: string): string[] {
  return entries.filter((entry) => entry[0] === key).map((entry) => entry[1]);
}

/** The separator between a name and a key or signature; undefined if the format has no names. */
export function nameSeparator(format: SignatureFormat | undefined): string | undefined {
  if (format?.kind === "envelope") return "|";
  return format?.kind === "named" ? format.separator : undefined;
}

/**
 * The name before a key or signature, and the rest. Both are empty if the name is missing though the format has names:
 * an empty key signs nothing, and an empty signature matches nothing.
 */
export function splitName(
  format: SignatureFormat | undefined,
  text: string,
): readonly [name: string, rest: string] {
  const separator = nameSeparator(format);
  if (separator === undefined) return ["", text];
  const at = text.indexOf(separator);
  return at < 1 ? ["", ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
