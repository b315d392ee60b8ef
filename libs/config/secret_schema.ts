import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Secret } from "@hookgate/types";
import { z } from "zod";
import { nameType } from "./describe_issues.ts";
import { either } from "./either.ts";
import { strictObject } from "./strict_object.ts";

const SECRET_CHARS_MAX = 4_096;
const SECRET_FILE_BYTES_MAX = 16_384;
const PATH_CHARS_MAX = 4_096;
const ID_PATTERN = /^[A-Za-z0-9_.-]{1,64}$/;
const ID_FORM = "1 to 64 letters, digits, dots, dashes or underscores";
const FILE_FORM = `no readable file of 1 to ${SECRET_CHARS_MAX} characters in UTF-8`;

const SET_VARIABLE = "set the environment variable it reads";

/** What is said of a secret that is not there. */
export const UNSET_SECRET = `is empty: ${SET_VARIABLE}`;

/** What a template string makes of a variable that is not set. */
const UNSET_WORDS = new Set(["undefined", "null"]);

/** Options for {@linkcode secretSchema}. */
export interface SecretSchemaOptions {
  /** What the paths of secret files start from. */
  dir: string;
  /** The time that `until` is compared with, in milliseconds since 1970. */
  now: number;
}

/** A secret as it was read. */
export interface ReadSecret {
  /** Null: it is named after its place in the list. */
  id: string | null;
  /** Null where a secret that verifies nothing any more is not there any more. */
  value: string | null;
  state: Secret["state"];
  /** When a retiring one ends, in milliseconds since 1970. */
  until: number | null;
  /** Whether it verifies, or signs, now. */
  verifies: boolean;
}

/** One secret of a source or an endpoint: its value, or an object with its value or file. */
export function secretSchema(options: SecretSchemaOptions) {
  const isObject = (input: unknown) => typeof input === "object" && input !== null;
  return either({ when: isObject, first: writtenSecret(options), second: plainSecret });
}

const plainSecret = z.unknown().transform((input, context): ReadSecret => {
  const problem = findProblem(input);
  if (problem !== null) context.addIssue({ code: "custom", message: problem });
  return { id: null, value: String(input), state: "active", until: null, verifies: true };
});

function writtenSecret({ dir, now }: SecretSchemaOptions) {
  return strictObject({
    id: z
      .string()
      .regex(ID_PATTERN, { error: `must have ${ID_FORM}` })
      .optional(),
    value: z.unknown().optional(),
    file: z.string().min(1).max(PATH_CHARS_MAX).optional(),
    state: z.enum(["active", "retiring", "revoked"]).default("active"),
    until: z.iso
      .datetime({ offset: true, error: "must be a date and time such as 2026-10-31T00:00:00Z" })
      .optional(),
  }).transform(({ id = null, value, file, state, until }, context): ReadSecret => {
    const refuse = (path: string[], message: string) => {
      context.addIssue({ code: "custom", path, message });
      return z.NEVER;
    };
    if (until !== undefined && state !== "retiring") {
      return refuse(["until"], 'is for a secret whose state is "retiring"');
    }
    if (value !== undefined && file !== undefined) {
      return refuse([], "has value and file: keep one");
    }
    const ends = until === undefined ? null : Date.parse(until);
    const verifies = state !== "revoked" && (ends === null || ends > now);
    const read = file === undefined ? readValue(value) : readFile(resolve(dir, file));
    // What verifies nothing any more need not be there any more.
    if ("problem" in read && verifies) return refuse([read.key], read.problem);
    const text = "problem" in read ? null : read.text;
    return { id, value: text, state, until: ends, verifies };
  });
}

type Read = { text: string } | { key: "value" | "file"; problem: string };

function readValue(value: unknown): Read {
  const problem = findProblem(value);
  return problem === null ? { text: String(value) } : { key: "value", problem };
}

function readFile(path: string): Read {
  const text = readSecretFile(path);
  return text === null
    ? { key: "file", problem: `names ${path}, which is ${FILE_FORM}` }
    : { text };
}

/** What is wrong with a secret; null where nothing is. The value is never shown. */
function findProblem(value: unknown): string | null {
  if (value === undefined || value === null) return UNSET_SECRET;
  if (typeof value !== "string") return `must be a string, not ${nameType(value)}`;
  if (value.trim() === "") return UNSET_SECRET;
  if (UNSET_WORDS.has(value)) return `is the word ${value}: ${SET_VARIABLE}`;
  if (value.length > SECRET_CHARS_MAX) return `must have at most ${SECRET_CHARS_MAX} characters`;
  return null;
}

/** The text of a secret's file, without the line break that editors put at its end; null where it is no secret. */
function readSecretFile(path: string): string | null {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > SECRET_FILE_BYTES_MAX) return null;
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
    const secret = text.replace(/\r?\n$/, "");
    return findProblem(secret) === null ? secret : null;
  } catch {
    return null;
  }
}
