import type { z } from "zod";
import { formatPath } from "./format_path.ts";

/** Turns what zod found into problems: the key path, then what is wrong with it and what to do. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.map((issue) => `${formatPath(issue.path)} ${issue.message}`);
}

/**
 * Our words for what zod refuses by itself; everything else brings its own. For the `error` of a parse. Values are
 * named by their type alone, because any of them may be a secret in the wrong place.
 */
export function wordIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return `is missing: it must be ${toNoun(issue.expected)}`;
      return `must be ${toNoun(issue.expected)}, not ${nameType(issue.input)}`;
    case "too_small":
      return issue.minimum === 1
        ? "is empty"
        : `must have at least ${issue.minimum} ${nameParts(issue)}`;
    case "too_big":
      return `must have at most ${issue.maximum} ${nameParts(issue)}`;
    case "invalid_value":
      return `must be one of ${issue.values?.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_key":
      return issue.issues?.[0]?.message ?? "has a name that cannot be used";
    default:
      return "cannot be used";
  }
}

/** What a value is, for a sentence. */
export function nameType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return value === undefined ? "undefined" : `a ${typeof value}`;
}

function nameParts({ origin }: { origin?: string | undefined }): string {
  return origin === "string" ? "characters" : "entries";
}

function toNoun(expected: string): string {
  if (expected === "record") return "an object";
  return /^[aeio]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}
