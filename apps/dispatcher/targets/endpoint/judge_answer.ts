import { parseRetryAfter } from "@hookgate/backoff";
import type { AttemptResponse } from "@hookgate/types";
import type { TargetResult, Wait } from "../target.ts";
import type { Answer } from "./post.ts";

/** Longest Location in an error, in characters. */
const LOCATION_CHARS_MAX = 500;

/** Statuses from 400 to 499 that are about the endpoint's state, not about the request. */
const BUSY_STATUSES = [408, 425, 429];

/** Options for {@linkcode judgeAnswer}. */
export interface JudgeAnswerOptions {
  /** Host that answered, for errors. */
  host: string;
  /** In milliseconds since 1970. */
  now: number;
}

/**
 * The result of an attempt that was answered. 2xx delivers if the answer is complete; a truncated one may come from a
 * server that crashed while processing. 410 means that deliveries are no longer wanted. Everything else is retried,
 * including redirects: they are never followed, because the configuration did not choose where they lead.
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

/** 429 and 503 may say when to retry. */
function waitOf({ status, retryAfter }: Answer, now: number): Wait | null {
  if ((status !== 429 && status !== 503) || retryAfter === null) return null;
  const ms = parseRetryAfter(retryAfter, now);
  return ms === null ? null : { ms, exact: false };
}

/** As UTF-8; a character that was cut off at the end is omitted. */
function readText(body: Uint8Array): string {
  return new TextDecoder().decode(body, { stream: true });
}

/**
 * Whether an attempt's result indicates that the endpoint is down; null if it says nothing about that.
 *
 * No answer in time, a failed connection, a redirect, 5xx, 408, 425 and 429 do: any other delivery would meet the same.
 * Every other 4xx shows the opposite: the endpoint is up and has rejected this delivery. If those counted, a few events
 * that it rejects would hold back all others.
 */
export function indicatesOutage(result: TargetResult): boolean | null {
  switch (result.kind) {
    case "succeeded":
    case "gone":
      return false;
    case "interrupted":
    case "not_started":
      return null;
    case "failed": {
      const { status = 0 } = result.response ?? {};
      return !(status >= 400 && status <= 499) || BUSY_STATUSES.includes(status);
    }
    default:
      return true;
  }
}
