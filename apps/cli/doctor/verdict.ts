/** What one check has found. */
export interface Verdict {
  /** What was looked at, in a few words. */
  check: string;
  /** `skipped`: an earlier check failed, so that it could not be looked at. */
  state: "ok" | "warning" | "failed" | "skipped";
  /** What was found, a sentence without a full stop. */
  found: string;
  /** What to do about it; empty if there is nothing to do. */
  advice: string;
}

/** It is as it should be. */
export function ok(check: string, found: string): Verdict {
  return { check, state: "ok", found, advice: "" };
}

/** It works, but not as well as it could. */
export function warning(check: string, found: string, advice: string): Verdict {
  return { check, state: "warning", found, advice };
}

/** It is wrong. */
export function failed(check: string, found: string, advice: string): Verdict {
  return { check, state: "failed", found, advice };
}

/** It could not be looked at. */
export function skipped(check: string, found: string): Verdict {
  return { check, state: "skipped", found, advice: "" };
}
