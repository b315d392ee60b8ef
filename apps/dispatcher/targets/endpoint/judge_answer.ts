import { parseRetryAfter } from "@hookgate/backoff";
import type { AttemptResponse } from "@hookgate/types";
import type { TargetResult } from "../target.ts";
import type { Answer } from "./post.ts";

/** Longest Location in an error, in characters. */
const LOCATION_CHARS_MAX = 500;

/** Statuses by which a gateway in front of the endpoint says that it is away. */
const AWAY_STATUSES = [502, 503, 504];

/** Options for {@linkcode judgeAnswer}. */
export interface JudgeAnswerOptions {
  /** Host that answered, for errors. */
  host: string;
  /** In milliseconds since 1970. */
  now: number;
}

/**
 * The result of an attempt that was answered. 2xx delivers if the answer is complete; a truncated one may come from a
 * server that crashed while processing. 410 means that deliveries are no longer wanted, 429 that there are too many of
 * them, as does 503 with Retry-After. Everything else is retried, including redirects: they are never followed, because the configuration did not choose where they lead.
 */
export function judgeAnswer(answer: Answer, { host, now }: JudgeAnswerOptions): TargetResult {
  const { status, whole } = answer;
  const response: AttemptResponse = { status, body: readText(answer.body) };
  const isSuccess = status >= 200 && status <= 299;
  if (isSuccess && whole) return { kind: "succeeded", response };
  const error = `${host} answered ${status}`;
  if (status === 410) return { kind: "gone", error, response };
  const waitMs = limitMsOf(answer, now);
  if (waitMs !== null) return { kind: "limited", error, waitMs, response };
  return {
    kind: "failed",
    error: `${error}${isSuccess ? ", but the answer broke off" : redirectOf(answer)}`,
    permanent: false,
    response,
  };
}

function redirectOf({ status, location }: Answer): string {
  if (status < 300 || status > 399 || location === null) return "";
  return `, a redirect to ${location.slice(0, LOCATION_CHARS_MAX)}, which is not followed`;
}

/** How long the endpoint asks us to wait, in milliseconds; 0 if it names no time, null if it does not limit us. */
function limitMsOf({ status, retryAfter }: Answer, now: number): number | null {
  if (status !== 429 && status !== 503) return null;
  const ms = retryAfter === null ? null : parseRetryAfter(retryAfter, now);
  return status === 429 ? (ms ?? 0) : ms;
}

/** As UTF-8; a character that was cut off at the end is omitted. */
function readText(body: Uint8Array): string {
  return new TextDecoder().decode(body, { stream: true });
}

/**
 * Whether an attempt's result indicates that the endpoint is down; null if it says nothing about that.
 *
 * No answer in time, a failed connection, an answer that broke off, and 502, 503 and 504 do: any other delivery would meet
 * the same. Every other answer shows the opposite: the endpoint is up, and has failed this delivery. If 500 counted, a few
 * events that it cannot process would hold back all others.
 */
export function indicatesOutage(result: TargetResult): boolean | null {
  switch (result.kind) {
    case "succeeded":
    case "gone":
    case "limited":
      return false;
    case "interrupted":
    case "not_started":
      return null;
    case "failed": {
      const { status = 0 } = result.response ?? {};
      return status < 300 || AWAY_STATUSES.includes(status);
    }
    default:
      return true;
  }
}
