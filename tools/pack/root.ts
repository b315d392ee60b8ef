import { resolve } from "node:path";

/** The clone's own folder. */
export const ROOT = resolve(import.meta.dirname, "../..");
