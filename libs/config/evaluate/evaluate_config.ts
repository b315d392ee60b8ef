/**
 * Runs in the process that evaluates a configuration file: imports it and writes its default export to file descriptor 3
 * as plain data. Errors in the file stay uncaught: only then does Node print the place of every syntax error.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { registerHooks } from "node:module";
import { serialize } from "node:v8";
import { ensureExampleSecret } from "../generated_secrets.ts";
import { copyPlainData, type PlainCopy } from "./plain_data.ts";

const RESULT_FD = 3;
const [configUrl = "", dataDir = ""] = process.argv.slice(2);

lightenOwnImport();
if (dataDir !== "") offerExampleSecret(dataDir);
const module: { default?: unknown } = await import(configUrl);
const missing =
  "the configuration has no default export: write `export default defineConfig({ … })`";
report("default" in module ? copyPlainData(module.default) : { data: null, problems: [missing] });
// The file may have left timers or connections open: end them.
process.exit(0);

/** A configuration imports only `defineConfig` from us; loading the whole package takes longer than starting Node. */
function lightenOwnImport(): void {
  const url = new URL("../define_config.ts", import.meta.url).href;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier !== "@hookgate/config") return nextResolve(specifier, context);
      return { url, shortCircuit: true };
    },
  });
}

/**
 * Lets `process.env.WEBHOOK_SECRET` fall back to the generated secret, which is created when it is first read. The getter
 * is on the prototype, so a `.env` file that the configuration loads still finds the variable unset.
 */
function offerExampleSecret(dataDir: string): void {
  const fallback = Object.create(Object.prototype, {
    WEBHOOK_SECRET: { get: () => ensureExampleSecret(dataDir) },
  });
  Object.setPrototypeOf(process.env, fallback);
}

function report(copy: PlainCopy): void {
  const bytes = serialize(copy);
  let written = 0;
  while (written < bytes.length) written += writeSync(RESULT_FD, bytes, written);
}
