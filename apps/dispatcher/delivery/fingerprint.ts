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

/**
 * What differs from event to event, in the order in which it is taken out. All of them take time in proportion to the text's
 * length, because that may be a stranger's.
 */
const VARYING: readonly (readonly [RegExp, string])[] = [
  // Times: ISO 8601, then those of HTTP and e-mail.
  [/\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, "<time>"],
  [
    /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d(?: GMT| [+-]\d{4})/g,
    "<time>",
  ],
  [/\b\d\d?:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\b/g, "<time>"],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, "<id>"],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "<id>"],
];

/** Words, as ids are words. */
const WORD = /[\w-]+/g;

/** A name in code: `ERR_HTTP2_STREAM_ERROR`. */
const CONSTANT = /^[A-Z]+\d?(?:_[A-Z]+\d?)+$/;

/** An id of a provider without digits: `cus_NffrFeUfNVHib`. */
const PREFIXED = /^[a-z]{1,8}_(?=\w*[a-z])(?=\w*[A-Z])\w{8,}$/;

/** Shortest word that is an id because it has letters and digits. */
const ID_CHARS_MIN = 8;

/** A message with what differs from event to event taken out: digits, ids and times. */
export function normaliseMessage(error: string): string {
  let text = error.replace(LOCATION, "");
  for (const [pattern, replacement] of VARYING) text = text.replace(pattern, replacement);
  text = text
    .replace(WORD, (word) => (isId(word) ? "<id>" : word))
    .replace(/\d+(?:[.,]\d+)*/g, "<n>")
    // Lists of them may be of any length.
    .replace(/<(n|id|time)>(?:[,;\s]+<\1>)+/g, "<$1>")
    .replace(/\s+/g, " ")
    .trim();
  return text.slice(0, MESSAGE_CHARS_MAX).toWellFormed();
}

function isId(word: string): boolean {
  if (PREFIXED.test(word)) return true;
  if (word.length < ID_CHARS_MIN || CONSTANT.test(word)) return false;
  return /\d/.test(word) && /[A-Za-z]/.test(word);
}
