import { ENROLLED_SECRETS_MAX } from "./bookkeeping.ts";

/** The secrets of a source once `secret` was delivered: each once, latest last, the earliest giving way. */
export function keepEnrolled(secrets: readonly string[], secret: string): string[] {
  const others = secrets.filter((other) => other !== secret);
  return [...others, secret].slice(-ENROLLED_SECRETS_MAX);
}
