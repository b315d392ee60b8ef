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

/** Longest name that is compared, in characters: the work grows with the square of its length. */
const NAME_CHARS_MAX = 64;

/** The known name that was probably meant: the nearest one, differing in at most a third of its letters. Null if none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > NAME_CHARS_MAX) return null;
  let nearest: string | null = null;
  // Two swapped letters are two edits: allow that in short names, too.
  let least = Math.min(name.length, Math.max(2, Math.floor(name.length / 3)) + 1);
  for (const candidate of known) {
    const edits = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (edits >= least) continue;
    least = edits;
    nearest = candidate;
  }
  return nearest;
}

/** The Levenshtein distance, one row at a time. */
function countEdits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
