import type { z } from "zod";

/** Turns zod's issues into problems: the key path, what is wrong with it, what to do. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.map((issue) => `${formatPath(issue.path)} ${issue.message}`);
}

/**
 * Our words for what zod refuses by itself, for the `error` of a parse; every other check has its own message. Only the
 * type of a value is shown, because any value may be a misplaced secret.
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
      return issue.issues?.[0]?.message ?? "is not a valid name";
    default:
      return "is not valid";
  }
}

/** The type of a value, for a sentence. */
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

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Longest key that a path shows, in characters. */
const KEY_CHARS_MAX = 100;

/** Writes a key path as in TypeScript: `sources["stripe/eu"].secrets[0]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the default export";
  return path.map(toStep).join("").replace(/^\./, "");
}

function toStep(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  if (IDENTIFIER.test(name) && name.length <= KEY_CHARS_MAX) return `.${name}`;
  return `[${JSON.stringify(name.slice(0, KEY_CHARS_MAX))}]`;
}
