import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

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
 * @throws {Error} if it cannot be written, or the file contains anything else.
 */
export function ensureExampleSecret(dataDir: string): string {
  const path = exampleSecretPath(dataDir);
  return readSecret(path) ?? createSecret(dataDir, { path });
}

function createSecret(dataDir: string, { path }: { path: string }): string {
  const draft = `${path}.${process.pid}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeDurably(draft, `${randomBytes(SECRET_BYTES).toString("hex")}\n`);
    // link() fails if the name is taken: the first process wins, and nobody reads half a file.
    linkSync(draft, path);
  } catch (cause) {
    if (!hasCode(cause, "EEXIST")) {
      throw new Error(`Cannot generate the example secret: ${path} cannot be written`, { cause });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const secret = readSecret(path);
  if (secret === null) throw new Error(`Cannot read the example secret: ${path} has disappeared`);
  return secret;
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function readSecret(path: string): string | null {
  const text = readIfThere(path);
  if (text === null) return null;
  const secret = text.trim();
  if (SECRET_PATTERN.test(secret)) return secret;
  throw new Error(
    `Cannot read the example secret: ${path} does not contain 64 hexadecimal digits; delete it to get a new one`,
  );
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return null;
    throw new Error(`Cannot read the example secret: ${path} cannot be read`, { cause });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | null)?.code === code;
}
