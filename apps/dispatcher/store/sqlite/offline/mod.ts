/**
 * What can be done to the embedded store's file while no dispatcher has it: check it, or put a backup in its place.
 *
 * ```ts
 * import { checkStoreFile } from "@hookgate/dispatcher/offline";
 * const { problems } = checkStoreFile("/backups/hookgate.sqlite");
 * ```
 *
 * @module
 */
export * from "./check_file.ts";
export * from "./restore_file.ts";
