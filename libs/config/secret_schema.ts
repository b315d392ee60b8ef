import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
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
  /** Empty where it is not accepted. */
  value: string;
  /** `past`: it was retiring, and its time is up. */
  state: "accepted" | "revoked" | "past";
}

/** One secret of a source: its value, or an object with its value or file. */
export function secretSchema(options: SecretSchemaOptions) {
  const isObject = (input: unknown) => typeof input === "object" && input !== null;
  return either({ when: isObject, first: writtenSecret(options), second: plainSecret });
}

const plainSecret = z.unknown().transform((input, context): ReadSecret => {
  const problem = findProblem(input);
  if (problem !== null) context.addIssue({ code: "custom", message: problem });
  return { id: null, value: String(input), state: "accepted" };
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
    // What verifies nothing any more need not be there any more.
    if (state === "revoked") return { id, value: "", state: "revoked" };
    if (until !== undefined && Date.parse(until) <= now) return { id, value: "", state: "past" };
    if (file === undefined) {
      const problem = findProblem(value);
      if (problem !== null) return refuse(["value"], problem);
      return { id, value: String(value), state: "accepted" };
    }
    if (value !== undefined) return refuse([], "has value and file: keep one");
    const path = resolve(dir, file);
    const text = readSecretFile(path);
    if (text !== null) return { id, value: text, state: "accepted" };
    return refuse(["file"], `names ${path}, which is ${FILE_FORM}`);
  });
}

/** What is wrong with a secret; null where nothing is. The value is never shown. */
function findProblem(value: unknown): string | null {
  if (value === undefined || value === null) return `is empty: ${SET_VARIABLE}`;
  if (typeof value !== "string") return `must be a string, not ${nameType(value)}`;
  if (value.trim() === "") return `is empty: ${SET_VARIABLE}`;
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
