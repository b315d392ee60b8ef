import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode, makeFile } from "@hookgate/files";
import { StartError } from "@hookgate/types";
import type { Env } from "./read_env.ts";

/** Length of a generated secret, which is written as hexadecimal digits. */
const SECRET_BYTES = 32;
const SECRET_PATTERN = /^[0-9a-f]{64}$/;

/** Where the example source's secret is kept when `WEBHOOK_SECRET` is unset. */
export function exampleSecretPath(dataDir: string): string {
  return join(dataDir, "webhook_secret");
}

/**
 * Reads the generated secret, creating it first if there is none: 64 hexadecimal digits, mode 0600, in a directory of
 * mode 0700. Processes that start together agree on one.
 *
 * @throws {StartError} if it cannot be written, or the file contains anything else.
 */
export function ensureExampleSecret(dataDir: string): string {
  return ensure({ what: "the example secret", path: exampleSecretPath(dataDir) });
}

/** Where the token for gRPC on loopback is kept when `RPC_TOKEN` is unset. */
export function localTokenPath(dataDir: string): string {
  return join(dataDir, "rpc_token");
}

/**
 * Reads the token that the processes of this machine show to the dispatcher on loopback, creating it as
 * {@linkcode ensureExampleSecret} creates the secret; where the file was removed, `known` is put back.
 *
 * @throws {StartError} if it cannot be written, or the file contains anything else.
 */
export function ensureLocalToken(dataDir: string, known: string | null = null): string {
  return ensure({ what: "the local RPC token", path: localTokenPath(dataDir) }, known);
}

/**
 * Reads that token without creating one; null if there is none.
 *
 * @throws {StartError} if it cannot be read, or the file contains anything else.
 */
export function readLocalToken(dataDir: string): string | null {
  return readSecret({ what: "the local RPC token", path: localTokenPath(dataDir) });
}

/** Where the key that wraps the keys of protected data is kept when neither `DATA_KEY` nor `DATA_KEY_FILE` is set. */
export function dataKeyPath(dataDir: string): string {
  return join(dataDir, "data_key");
}

/** Options for {@linkcode readDataKey}. */
export interface ReadDataKeyOptions {
  /** Whether to generate one if there is none; only for a store that is in the same place. */
  create: boolean;
}

/**
 * The key that wraps the keys of protected data, 32 bytes: of `DATA_KEY`, of the file that `DATA_KEY_FILE` names, or the
 * generated one. Null if there is none.
 *
 * @throws {StartError} if a file cannot be read or written, or contains anything else.
 */
export function readDataKey(
  { dataKey, dataKeyFile, dataDir }: Pick<Env, "dataKey" | "dataKeyFile" | "dataDir">,
  { create }: ReadDataKeyOptions,
): Buffer | null {
  const what = "the key of protected data";
  if (dataKey !== null) return Buffer.from(dataKey, "hex");
  if (dataKeyFile !== null) {
    const digits = readSecret({ what, path: dataKeyFile, loses: true });
    if (digits !== null) return Buffer.from(digits, "hex");
    throw new StartError(
      `Cannot read ${what}: DATA_KEY_FILE names ${dataKeyFile}, which is missing`,
    );
  }
  const file = { what, path: dataKeyPath(dataDir), loses: true } as const;
  const digits = create ? ensure(file) : readSecret(file);
  return digits === null ? null : Buffer.from(digits, "hex");
}

/** A secret in a file. */
interface SecretFile {
  /** What it is, for errors. */
  what: string;
  path: string;
  /** Whether data is lost with it, so that nobody should delete it. */
  loses?: true;
}

function ensure(file: SecretFile, known: string | null = null): string {
  return readSecret(file) ?? createSecret(file, known ?? randomBytes(SECRET_BYTES).toString("hex"));
}

function createSecret(file: SecretFile, content: string): string {
  const { what, path } = file;
  try {
    makeFile(path, `${content}\n`);
  } catch (cause) {
    throw new StartError(`Cannot generate ${what}: ${path} cannot be written${because(cause)}`, {
      cause,
    });
  }
  const secret = readSecret(file);
  if (secret === null) throw new StartError(`Cannot read ${what}: ${path} has disappeared`);
  return secret;
}

function readSecret(file: SecretFile): string | null {
  const { what, path, loses } = file;
  const text = readIfThere(file);
  if (text === null) return null;
  const secret = text.trim();
  if (SECRET_PATTERN.test(secret)) return secret;
  throw new StartError(
    `Cannot read ${what}: ${path} does not contain 64 hexadecimal digits${loses ? "" : "; delete it to get a new one"}`,
  );
}

function readIfThere({ what, path }: SecretFile): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return null;
    throw new StartError(`Cannot read ${what}: ${path} cannot be read${because(cause)}`, { cause });
  }
}

/** Node's codes in words, where they are about DATA_DIR and not about the file. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not",
  EPERM: "this user may not",
  EROFS: "its file system is read-only",
  ENOSPC: "its disk is full",
  EDQUOT: "its disk is full",
  ENOTDIR: "it is not in a directory; see DATA_DIR",
  ENOENT: "its directory is missing, or a link that leads nowhere; see DATA_DIR",
  EEXIST: "its directory is a link that leads nowhere; see DATA_DIR",
};

function because(error: unknown): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  return `: ${REASONS[code] ?? code}`;
}
