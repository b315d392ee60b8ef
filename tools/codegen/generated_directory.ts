import { resolve } from "node:path";

/** Where the generated types are kept. */
export const GENERATED_DIRECTORY: string = resolve(import.meta.dirname, "../../libs/rpc/generated");
