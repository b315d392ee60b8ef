import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { isInForce, type Secret } from "@hookgate/types";
import { z } from "zod";
import { either, strictObject } from "./combinators.ts";
import { nameType } from "./issues.ts";
import { findSecretFault } from "./weak_secret.ts";

const SECRET_CHARS_MAX = 4_096;
const SECRET_FILE_BYTES_MAX = 16_384;
const PATH_CHARS_MAX = 4_096;
const ID_PATTERN = /^[A-Za-z0-9_.-]{1,64}$/;
const ID_FORM = "1 to 64 letters, digits, dots, dashes or underscores";
const FILE_FORM = `not a readable UTF-8 file of 1 to ${SECRET_CHARS_MAX} characters`;

const SET_VARIABLE = "set the environment variable it reads";

/** The problem of a secret that is not set. */
export const UNSET_SECRET = `is empty: ${SET_VARIABLE}`;

/** What an unset variable becomes in a template string. */
const UNSET_WORDS = new Set(["undefined", "null"]);

/** Options for {@linkcode secretSchema}. */
export interface SecretSchemaOptions {
  /** Directory that paths of secret files are relative to. */
  dir: string;
  /** The time that `until` is compared with, in milliseconds since 1970. */
  now: number;
}

/** A secret as it was read. */
export interface ReadSecret {
  /** Null: it is named by its place in the list. */
  id: string | null;
  /** Null if a secret that is no longer in force is not set any more. */
  value: string | null;
  state: Secret["state"];
  /** When a retiring one ends, in milliseconds since 1970. */
  until: number | null;
  /** Whether it is in force: whether it verifies, or signs, now. */
  verifies: boolean;
}

const isObject = (input: unknown) => typeof input === "object" && input !== null;

/** One secret of a source or an endpoint: its value, or an object with its value or file. */
export function secretSchema(options: SecretSchemaOptions) {
  return either({ when: isObject, first: writtenSecret(options), second: plainSecret });
}

const PLACES = {
  value: z.unknown().optional(),
  file: z.string().min(1).max(PATH_CHARS_MAX).optional(),
};

/** A text that is kept like a secret but never changes its state: itself, or an object with its value or file. */
export function secretTextSchema({ dir }: Pick<SecretSchemaOptions, "dir">) {
  const written = strictObject(PLACES).transform((places, context): string => {
    const read = readPlaces(places, dir);
    if ("text" in read) return read.text;
    context.addIssue({ code: "custom", path: read.path, message: read.problem });
    return z.NEVER;
  });
  const plain = plainSecret.transform(({ value }) => value ?? "");
  return either({ when: isObject, first: written, second: plain });
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
    ...PLACES,
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
      return refuse(["until"], 'is only for a secret whose state is "retiring"');
    }
    const ends = until === undefined ? null : Date.parse(until);
    const verifies = isInForce({ state, until: ends }, now);
    const read = readPlaces({ value, file }, dir);
    // A secret that is no longer in force may be missing, but not be in two places.
    const isRefused = "problem" in read && (verifies || read.path.length === 0);
    if (isRefused) return refuse(read.path, read.problem);
    const text = "problem" in read ? null : read.text;
    return { id, value: text, state, until: ends, verifies };
  });
}

type Read = { text: string } | { path: string[]; problem: string };

function readPlaces(
  { value, file }: { value?: unknown; file?: string | undefined },
  dir: string,
): Read {
  if (file === undefined) {
    const problem = findProblem(value);
    return problem === null ? { text: String(value) } : { path: ["value"], problem };
  }
  if (value !== undefined) return { path: [], problem: "has value and file: keep one" };
  const path = resolve(dir, file);
  const text = readSecretFile(path);
  return text === null
    ? { path: ["file"], problem: `names ${path}, which is ${FILE_FORM}` }
    : { text };
}

/** The problem of a secret; null if there is none. The value is never shown. */
function findProblem(value: unknown): string | null {
  if (value === undefined || value === null) return UNSET_SECRET;
  if (typeof value !== "string") return `must be a string, not ${nameType(value)}`;
  if (value.trim() === "") return UNSET_SECRET;
  if (UNSET_WORDS.has(value)) return `is the word ${value}: ${SET_VARIABLE}`;
  if (value.length > SECRET_CHARS_MAX) return `must have at most ${SECRET_CHARS_MAX} characters`;
  return null;
}

/** The text of a secret's file without the line break that editors add at the end; null if it is not a valid secret. */
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

/** Each secret costs a digest for every forged request, or for every delivery. */
const SECRETS_MAX = 10;

/** A secret with its id. */
export interface NamedSecret extends ReadSecret {
  id: string;
}

/** A list of secrets with unique ids. */
export function secretsSchema(secret: z.ZodType<ReadSecret>) {
  return z.array(secret).max(SECRETS_MAX).superRefine(refuseSameIds);
}

/** Gives secrets without an id their place in the list as id. */
export function nameSecrets(secrets: readonly ReadSecret[]): NamedSecret[] {
  return secrets.map((secret, index) => ({ ...secret, id: secret.id ?? String(index + 1) }));
}

/** The secrets whose value is set. */
export function keptSecrets(secrets: readonly NamedSecret[]): Secret[] {
  return secrets.flatMap(({ id, value, state, until }) => {
    return value === null ? [] : { id, value, state, until };
  });
}

/** Ids of secrets that have expired. */
export function pastSecretIds(secrets: readonly NamedSecret[]): string[] {
  return secrets
    .filter(({ state, verifies }) => state === "retiring" && !verifies)
    .map(({ id }) => id);
}

function refuseSameIds(secrets: readonly ReadSecret[], context: z.RefinementCtx): void {
  const ids = new Set<string>();
  for (const [index, { id }] of nameSecrets(secrets).entries()) {
    if (ids.has(id)) {
      const message = `repeats the id ${JSON.stringify(id)}: give each secret its own`;
      context.addIssue({ code: "custom", path: [index], message });
    }
    ids.add(id);
  }
}

/** Prefix of a secret whose key is in base64. */
const BASE64_PREFIX = "whsec_";

/** Prefixes of keys for asymmetric signatures; the public one is not even secret. */
const ASYMMETRIC_PREFIX = /^wh[ps]k_/;

/** A secret that signs deliveries to an endpoint: `whsec_` and base64, or any text, which is then the key itself. */
export function signingSecretSchema(options: SecretSchemaOptions) {
  return secretSchema(options).superRefine(({ value, verifies }: ReadSecret, context) => {
    const message = verifies && value !== null ? findKeyProblem(value) : null;
    if (message !== null) context.addIssue({ code: "custom", message });
  });
}

/** Length of a secret's key in bytes; null if it is not valid base64 after `whsec_`. */
export function keyBytes(secret: string): number | null {
  if (!secret.startsWith(BASE64_PREFIX)) return Buffer.byteLength(secret);
  const bare = secret.slice(BASE64_PREFIX.length).replace(/={1,2}$/, "");
  const key = Buffer.from(bare, "base64");
  // Node's decoder skips characters that are not base64; receivers may not.
  const isWhole = key.toString("base64").replace(/=+$/, "") === bare;
  return isWhole && key.length > 0 ? key.length : null;
}

/** The problem of a secret as a signing key; null if there is none. The value is never shown. */
function findKeyProblem(secret: string): string | null {
  if (ASYMMETRIC_PREFIX.test(secret)) {
    return "is a key for asymmetric signatures, which are not supported: use whsec_ and base64, or any text";
  }
  const fault = findSecretFault(secret);
  if (fault !== null || keyBytes(secret) !== null) return fault;
  return (
    `starts with ${BASE64_PREFIX}, but the rest is not base64: copy it completely, without spaces, ` +
    `or leave ${BASE64_PREFIX} out if the text itself is the key`
  );
}
