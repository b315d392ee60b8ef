import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fsyncPath, keepName, makeFolders, writeNew } from "@hookgate/files";
import { type MadeSecret, makeSecret, type Recipe } from "@hookgate/signature";
import { CliError } from "../cli.ts";

/** A secret or a key pair for trying a provider, kept in `DATA_DIR/keys/<name>`. */
export interface TrialKeys extends MadeSecret {
  directory: string;
  /** The file with the source's secret. */
  secretPath: string;
  /** The file with the certificate or the key set; null if the scheme has neither. */
  certificatePath: string | null;
}

/** Most directories that are searched. */
const DIRECTORIES_MAX = 1_000;

const FILES = { secret: "secret", privateKey: "private_key.pem" } as const;

/** What a sender publishes is in one of these files. */
const CERTIFICATE = "certificate.pem";
const KEY_SET = "key_set.json";

/** Options for {@linkcode ensureTrialKeys}. */
export interface TrialKeysOptions {
  name: string;
  recipe: Recipe;
  /** The time, in milliseconds since 1970. */
  now: number;
  /** Makes the secret look like one of the provider's. @default {as it is made} */
  form?: (secret: string) => string;
}

/**
 * The keys of this name; made if there are none, as files of mode 0600 in a directory of mode 0700.
 *
 * @throws {CliError} if they cannot be written.
 */
export function ensureTrialKeys(dataDir: string, options: TrialKeysOptions): TrialKeys {
  const { name, recipe, now, form = (secret) => secret } = options;
  const directory = join(dataDir, "keys", name);
  const draft = `${directory}.${randomBytes(6).toString("hex")}`;
  try {
    const known = readTrialKeys(directory);
    if (known !== null) return known;
    const made = makeSecret(recipe, { now });
    return writeKeys({ ...made, secret: form(made.secret) }, { draft, directory });
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`Cannot make keys: ${directory} cannot be written`, { cause: error });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The keys that belong to this secret of a source; null if they were not made here. */
export function findTrialKeys(dataDir: string, secret: string): TrialKeys | null {
  const keys = join(dataDir, "keys");
  let names: string[];
  try {
    names = readdirSync(keys).slice(0, DIRECTORIES_MAX);
  } catch {
    // None were ever made.
    return null;
  }
  for (const name of names) {
    const found = readTrialKeys(join(keys, name));
    if (found?.secret === secret) return found;
  }
  return null;
}

/** Writes all files or none: a complete directory is renamed into place, and the first one wins. */
function writeKeys(
  made: MadeSecret,
  { draft, directory }: { draft: string; directory: string },
): TrialKeys {
  makeFolders(draft);
  const published = made.certificate?.startsWith("{") ? KEY_SET : CERTIFICATE;
  for (const [key, file] of Object.entries({ ...FILES, certificate: published })) {
    const text = made[key as keyof MadeSecret];
    if (text === null) continue;
    writeNew(join(draft, file), `${text.trimEnd()}\n`);
  }
  fsyncPath(draft);
  try {
    renameSync(draft, directory);
    keepName(directory);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
  const keys = readTrialKeys(directory);
  if (keys !== null) return keys;
  throw new CliError(`Cannot read the keys in ${directory}: delete it to get new ones`);
}

function readTrialKeys(directory: string): TrialKeys | null {
  const secretPath = join(directory, FILES.secret);
  const secret = readText(secretPath);
  if (secret === null) return null;
  const privateKey = readText(join(directory, FILES.privateKey));
  const paths = [CERTIFICATE, KEY_SET].map((file) => join(directory, file));
  const certificatePath = paths.find((path) => readText(path) !== null) ?? null;
  const certificate = certificatePath === null ? null : readText(certificatePath);
  return { directory, secretPath, certificatePath, secret, privateKey, certificate };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trimEnd();
  } catch {
    // There is none of this kind.
    return null;
  }
}
