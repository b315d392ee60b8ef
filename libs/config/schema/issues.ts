import type { z } from "zod";

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

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Longest key that a path shows, in characters. */
const KEY_CHARS_MAX = 100;

/** Writes a key path as one would write it in TypeScript: `sources["stripe/eu"].secrets[0]`. */
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

/** Longest name that is compared, in characters: the work grows with its square. */
const NAME_CHARS_MAX = 64;

/** The name that was probably meant: the nearest, at most a third of the letters off; null where none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > NAME_CHARS_MAX) return null;
  let nearest: string | null = null;
  // Two letters that changed places are two edits, in short names too.
  let least = Math.min(name.length, Math.max(2, Math.floor(name.length / 3)) + 1);
  for (const candidate of known) {
    const edits = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (edits >= least) continue;
    least = edits;
    nearest = candidate;
  }
  return nearest;
}

/** Levenshtein's distance, one row at a time. */
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
