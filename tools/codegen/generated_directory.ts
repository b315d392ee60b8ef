import { resolve } from "node:path";

/** Where the generated types are kept. */
export const GENERATED_DIRECTORY: string = resolve(import.meta.dirname, "../../libs/rpc/generated");

/** What holds the table of providers. */
export const README_PATH: string = resolve(import.meta.dirname, "../../README.md");
