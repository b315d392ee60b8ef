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
    return parseEnv(readFileSync(path, "utf8"));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    if (code === "ENOENT") return {};
    throw new StartError(`Cannot read ${path}: ${code}`, { cause });
  }
}
