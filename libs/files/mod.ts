/**
 * Files and names that survive power loss: a name is in memory only until its directory is fsynced.
 *
 * ```ts
 * import { keepFile, makeFile } from "@hookgate/files";
 * makeFile("/srv/hookgate/data/key", "…\n"); // mode 0600, and its directory 0700
 * const keep = keepFile("/srv/hookgate/data/key");
 * setInterval(keep, 1_000); // puts it back if something removes it
 * ```
 *
 * @module
 */
export * from "./durable_files.ts";
export * from "./keep_file.ts";
