/**
 * Runs in the process that evaluates a configuration file: imports it and writes its default export to file descriptor 3 as
 * plain data, checked if that is asked for: so no other process loads the schema. Errors in the file stay uncaught: only then
 * does Node print the place of every syntax error.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { StartError } from "@hookgate/types";
import { ensureExampleSecret } from "../generated_secrets.ts";
import { copyPlainData, type PlainCopy } from "./plain_data.ts";

const RESULT_FD = 3;
const [configUrl = "", now = "", dataDir = ""] = process.argv.slice(2);

// Before the file: nothing that it does to its process reaches what judges it.
const schema = now === "" ? null : await import("../schema/check_config.ts");
if (dataDir !== "") offerExampleSecret(dataDir);
const module: { default?: unknown } = await import(configUrl);
const missing =
  "the configuration has no default export: write `export default defineConfig({ … })`";
report(
  check("default" in module ? copyPlainData(module.default) : { data: null, problems: [missing] }),
);
// The file may have left timers or connections open: end them.
process.exit(0);

/**
 * Lets `process.env.WEBHOOK_SECRET` fall back to the generated secret, which is created when it is first read. The getter
 * is on the prototype, so a `.env` file that the configuration loads still finds the variable unset.
 */
function offerExampleSecret(dataDir: string): void {
  const fallback = Object.create(Object.prototype, {
    WEBHOOK_SECRET: { get: () => exampleSecret(dataDir) },
  });
  Object.setPrototypeOf(process.env, fallback);
}

/** Ends the process where DATA_DIR cannot be used: that is no error in the file. */
function exampleSecret(dataDir: string): string {
  try {
    return ensureExampleSecret(dataDir);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    report({ data: null, problems: [error.message] });
    process.exit(0);
  }
}

/** Replaces plain data by what the schema makes of it. */
function check({ data, problems }: PlainCopy): PlainCopy {
  if (schema === null || problems.length > 0) return { data, problems };
  const dir = dirname(fileURLToPath(configUrl));
  return { data: schema.checkConfig(data, { dir, now: Number(now) }), problems };
}

function report(copy: PlainCopy): void {
  const bytes = serialize(copy);
  let written = 0;
  while (written < bytes.length) written += writeSync(RESULT_FD, bytes, written);
}
