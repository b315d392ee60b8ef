import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { StartError } from "@hookgate/types";

/**
 * Takes the variables of the `.env` in the working directory into the environment. One that is set already stands, as with
 * `node --env-file`. Without such a file nothing happens.
 *
 * @throws {StartError} if it cannot be read.
 */
export function loadDotEnv(env: Record<string, string | undefined>, path = ".env"): void {
  for (const [name, value] of Object.entries(readDotEnv(path))) env[name] ??= value;
}

function readDotEnv(path: string): NodeJS.Dict<string> {
  try {
    // A byte order mark would become a part of the first variable's name, and that one would be missing without a word.
    return parseEnv(new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)));
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      throw new StartError(`Cannot read ${path}: it is not text in UTF-8`, { cause });
    }
    if (code === "ENOENT") return {};
    throw new StartError(`Cannot read ${path}: ${code}`, { cause });
  }
}
