import type { Attempt, Target } from "@hookgate/types";
import { failureId } from "../store/contract/decide_failures.ts";
import type { FailureSign } from "../store/contract/failures.ts";
import type { FailurePlace } from "../targets/target.ts";
import { TAKEN_OUT, takeOutValues } from "./take_out_values.ts";

/** Longest message in a fingerprint, in characters. */
const MESSAGE_CHARS_MAX = 300;

/** Options for {@linkcode fingerprint}. */
export interface FingerprintOptions {
  subscription: string;
  target: Target;
  attempt: Pick<Attempt, "outcome" | "error" | "response">;
  /** Where a handler failed; undefined if that is not known. */
  place?: FailurePlace | undefined;
}

/**
 * What a failed attempt is known by: its subscription, how it ended, the status or the class of the error, the message without
 * what differs from event to event, and for a handler the first frame of its own code and the content of its file. Null if the
 * attempt succeeded. Pure.
 */
export function fingerprint({
  subscription,
  target,
  attempt: { outcome, error, response },
  place = { frame: "", fileSha256: "" },
}: FingerprintOptions): FailureSign | null {
  if (outcome === "succeeded") return null;
  const sign = {
    kind: outcome,
    errorClass: response ? String(response.status) : errorClassOf(error),
    message: normaliseMessage(error),
    target: nameOf(target),
    ...place,
  };
  const { kind, errorClass, message, frame, fileSha256 } = sign;
  const id = failureId([subscription, kind, errorClass, message, frame, fileSha256]);
  return { id, ...sign };
}

function nameOf(target: Target): string {
  if (target.kind === "handler") return target.path;
  return target.kind === "endpoint" ? target.url : "";
}

/** `TypeError` of `TypeError: …`, `ECONNREFUSED` of `… (ECONNREFUSED, …)`; empty if it names none. */
function errorClassOf(error: string): string {
  const [, name] = /^([A-Z]\w{0,99}): /.exec(error) ?? [];
  if (name !== undefined) return name;
  return /\(([A-Z][A-Z0-9_]{3,50})[,)]/.exec(error)?.[1] ?? "";
}

/** ` (at f (file:///a.ts:1:2))` of a handler's error: the frame is compared by itself. */
const LOCATION = / \(at [^\n]*?:\d+(?::\d+)?\)?\)/g;

const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}";

/** What a measured number stands before: `ms` once and `s` the next time are the same failure. */
const UNIT =
  "(?:(?:ms|[µnu]s|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|[kmgt]i?b|b|bytes?)(?![\\w-])|%)";

/**
 * What differs from event to event, in the order in which it is taken out. All of them take time in proportion to the text's
 * length, because that may be a stranger's.
 */
const VARYING: readonly RegExp[] = [
  // What a body begins with, as JSON.parse() quotes it.
  /(?<=Unexpected token ).[\s\S]{1,80}?(?= is not valid JSON)/gu,
  // Addresses of mail, which may have letters of any script.
  /[\p{L}\p{N}_][\p{L}\p{N}_.+'-]{0,63}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu,
  // UUIDs.
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
  // Times: ISO 8601, then those of HTTP, e-mail, Date and people.
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/g,
  new RegExp(
    `\\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?(?:\\d\\d?[ -]${MONTH}|${MONTH} \\d\\d?)(?:,? \\d{4}|-\\d{2,4})?(?![\\w-])`,
    "g",
  ),
  /(?<![\w.:])\d\d?:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?![\w:])(?: ?[AP]M\b)?(?: (?:GMT|UTC|Z)\b(?:[+-]\d{4})?(?: \([^)\n]{1,50}\))?| [+-]\d{4}\b)?/g,
  // IP addresses with their port, and those of devices: what has one of either kind has now this, now that.
  /\[[0-9a-f:.]{2,45}\](?::\d{1,5})?/gi,
  /(?<![\w:.])(?=:*[0-9a-f])(?:[0-9a-f]{0,4}:){2,8}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4})(?::\d{1,5})?(?![\w:]|\.\d)/gi,
  /(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\w.-])/g,
  // A signed token, of JSON.
  /\beyJ[\w-]{1,500}(?:\.[\w-]{0,500}){1,2}/g,
  // Folders of temporary files have random names.
  /(?<=\/(?:tmp|var\/folders)\/)[^\s'"`:,;)]{1,200}/g,
  // Numbers in the base of addresses, then all of people's, with the unit of what was measured or the sign of a currency.
  /\b0x[0-9a-f]+\b/gi,
  new RegExp(
    `(?<![\\w.…-])[-+]?(?:\\p{Sc} ?)?\\d+(?:[.,'_]\\d+)*(?:e[-+]?\\d+)?(?: ?(?:${UNIT}|\\p{Sc}))?(?![\\w-])`,
    "giu",
  ),
];

/** Words, as ids are words. */
const WORD = /[\w-]+/g;

/** A name in code: `ERR_HTTP2_STREAM_ERROR`. */
const CONSTANT = /^[A-Z]+\d?(?:_[A-Z]+\d?)+$/;

/** An id of a provider without digits: `cus_NffrFeUfNVHib`. */
const PREFIXED = /^[a-z]{1,8}_(?=\w*[a-z])(?=\w*[A-Z])\w{8,}$/;

/** A numbered id, however long its number is: `cus_42`, `order-100017`. */
const NUMBERED = /^[A-Za-z]{1,20}[_-]\d+$/;

/** Letters after a digit, as in no word: `k3f9a2`, `ABK9QP`, `3rd`. */
const MIXED = /^[A-Za-z\d]*\d[A-Za-z]+\d*$/;

/** No word has only these letters and this length: an id without digits, as one of 2,500 with eight of them is. */
const HEXADECIMAL = /^[0-9a-f]{8,}$/i;

/** Shortest word that is an id because it has letters and digits. */
const ID_CHARS_MIN = 8;

/** A message with what differs from event to event taken out: digits, ids, times, and names where they are known for that. */
export function normaliseMessage(error: string): string {
  let text = takeOutValues(error.replace(LOCATION, ""));
  for (const pattern of VARYING) text = text.replace(pattern, TAKEN_OUT);
  text = text
    .replace(WORD, (word) => (isId(word) ? TAKEN_OUT : word))
    .replace(/\p{Nd}+(?:[.,]\p{Nd}+)*/gu, TAKEN_OUT)
    // Lists of them may be of any length.
    .replace(/…(?:["'`]?[,;\s]+["'`]?…)+/g, TAKEN_OUT)
    .replace(/\s+/g, " ")
    .trim();
  return text.slice(0, MESSAGE_CHARS_MAX).toWellFormed();
}

function isId(word: string): boolean {
  if (PREFIXED.test(word) || NUMBERED.test(word) || HEXADECIMAL.test(word)) return true;
  if (CONSTANT.test(word)) return false;
  if (word.length < ID_CHARS_MIN) return MIXED.test(word);
  return /\d/.test(word) && /[A-Za-z]/.test(word);
}
