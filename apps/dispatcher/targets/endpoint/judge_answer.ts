import { parseRetryAfter } from "@hookgate/backoff";
import type { AttemptResponse } from "@hookgate/types";
import type { TargetResult, Wait } from "../target.ts";
import type { Answer } from "./post.ts";

/** Longest Location that is shown, in characters. */
const LOCATION_CHARS_MAX = 500;

/** Options for {@linkcode judgeAnswer}. */
export interface JudgeAnswerOptions {
  /** Who answered, for a sentence. */
  host: string;
  /** In milliseconds since 1970. */
  now: number;
}

/**
 * What an endpoint's answer makes of the attempt. 2xx delivers, if the answer came whole: one that broke off may be of a
 * server that died at its work. 410 says that nobody wants deliveries there any more. Everything else may be better next
 * time, redirects too: they are never followed, since where they lead was not chosen by whoever wrote the configuration.
 */
export function judgeAnswer(answer: Answer, { host, now }: JudgeAnswerOptions): TargetResult {
  const { status, whole } = answer;
  const response: AttemptResponse = { status, body: readText(answer.body) };
  const isSuccess = status >= 200 && status <= 299;
  if (isSuccess && whole) return { kind: "succeeded", response };
  const error = `${host} answered ${status}`;
  if (status === 410) return { kind: "gone", error, response };
  const wait = waitOf(answer, now);
  return {
    kind: "failed",
    error: `${error}${isSuccess ? ", but the answer broke off" : redirectOf(answer)}`,
    permanent: false,
    ...(wait && { wait }),
    response,
  };
}

function redirectOf({ status, location }: Answer): string {
  if (status < 300 || status > 399 || location === null) return "";
  return `, a redirect to ${location.slice(0, LOCATION_CHARS_MAX)}, which is not followed`;
}

/** Too many requests, and unavailable: the two that say when to come back. */
function waitOf({ status, retryAfter }: Answer, now: number): Wait | null {
  if ((status !== 429 && status !== 503) || retryAfter === null) return null;
  const ms = parseRetryAfter(retryAfter, now);
  return ms === null ? null : { ms, exact: false };
}

/** Read as UTF-8; a character that the bound cut in two is left out. */
function readText(body: Uint8Array): string {
  return new TextDecoder().decode(body, { stream: true });
}
