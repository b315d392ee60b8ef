import { existsSync } from "node:fs";
import { join } from "node:path";

/** In the order in which they are looked for. Node takes `.mts` and `.mjs` for modules, whatever `package.json` says. */
const CONFIG_NAMES = ["ts", "mts", "js", "mjs", "cjs"].map((end) => `hookgate.config.${end}`);

/** Path of the configuration in a folder; null if there is none. */
export function findConfig(folder: string): string | null {
  return CONFIG_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}
