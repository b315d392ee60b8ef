/**
 * Files and names that survive power loss: a name is in memory only until its directory is fsynced.
 *
 * ```ts
 * import { keepName, makeFolders, writeNew } from "@hookgate/files";
 * makeFolders("/srv/hookgate/data");
 * writeNew("/srv/hookgate/data/key", "…\n"); // mode 0600; its bytes are on the disk
 * keepName("/srv/hookgate/data/key"); // and now its name
 * ```
 *
 * @module
 */
export * from "./durable_files.ts";
export * from "./keep_file.ts";
