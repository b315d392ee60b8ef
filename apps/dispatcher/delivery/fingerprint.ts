import type { Attempt, Target } from "@hookgate/types";
import { failureId } from "../store/contract/decide_failures.ts";
import type { FailureSign } from "../store/contract/failures.ts";
import type { FailurePlace } from "../targets/target.ts";

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

/** Stands for what differs from event to event. One sign for all: an id of letters and digits has only digits now and then. */
const TAKEN_OUT = "…";

/**
 * What differs from event to event, in the order in which it is taken out. All of them take time in proportion to the text's
 * length, because that may be a stranger's.
 */
const VARYING: readonly RegExp[] = [
  // Times: ISO 8601, then those of HTTP and e-mail.
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/g,
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d(?: GMT| [+-]\d{4})/g,
  /\b\d\d?:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\b/g,
  // Addresses of mail, UUIDs.
  /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g,
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
];

/** Words, as ids are words. */
const WORD = /[\w-]+/g;

/** A name in code: `ERR_HTTP2_STREAM_ERROR`. */
const CONSTANT = /^[A-Z]+\d?(?:_[A-Z]+\d?)+$/;

/** An id of a provider without digits: `cus_NffrFeUfNVHib`. */
const PREFIXED = /^[a-z]{1,8}_(?=\w*[a-z])(?=\w*[A-Z])\w{8,}$/;

/** A numbered id, however long its number is: `cus_42`, `order-100017`. */
const NUMBERED = /^[A-Za-z]{1,20}[_-]\d+$/;

/** Letters between digits, as in no word: `k3f9a2`. */
const MIXED = /^[A-Za-z\d]{0,8}\d[A-Za-z]{1,8}\d[A-Za-z\d]*$/;

/** No word has only these letters and this length: an id without digits, as one of 2,500 with eight of them is. */
const HEXADECIMAL = /^[0-9a-f]{8,}$/i;

/** Shortest word that is an id because it has letters and digits. */
const ID_CHARS_MIN = 8;

/** A message with what differs from event to event taken out: digits, ids and times. */
export function normaliseMessage(error: string): string {
  let text = error.replace(LOCATION, "");
  for (const pattern of VARYING) text = text.replace(pattern, TAKEN_OUT);
  text = text
    .replace(WORD, (word) => (isId(word) ? TAKEN_OUT : word))
    .replace(/\d+(?:[.,]\d+)*/g, TAKEN_OUT)
    // Lists of them may be of any length.
    .replace(/…(?:[,;\s]+…)+/g, TAKEN_OUT)
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
