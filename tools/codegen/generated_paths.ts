import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** The directory of the types generated from the protos. */
export const GENERATED_DIRECTORY: string = resolve(ROOT, "libs/rpc/generated");

/** The page with the table of providers between markers. */
export const PROVIDERS_PATH: string = resolve(ROOT, "docs/providers.md");

/** The reference of the command line, all of it generated. */
export const COMMAND_LINE_PATH: string = resolve(ROOT, "docs/command-line.md");

/** The HTTP admin API as OpenAPI, which the console also serves it by. */
export const OPENAPI_PATH: string = resolve(ROOT, "apps/console/api/openapi.json");
