import { type FSWatcher, readdirSync, watch } from "node:fs";
import { extname, join, relative, resolve } from "node:path";

/** Options for {@linkcode watchFiles}. */
export interface WatchFilesOptions {
  /** Folders that are not looked into, besides `node_modules` and hidden ones. @default none */
  ignored?: readonly string[];
  /** Called with the path of a file that changed, came or went, seen from the folder. */
  changed: (path: string) => void;
}

/** What a configuration, its handlers and what they import are made of. */
const WATCHED = new Set([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json", ".proto", ".env"]);

/** Most folders that are watched: each costs the system a watch. */
const FOLDERS_MAX = 2_000;

/**
 * Watches the source files below a folder. Not `watch()` with `recursive`, which looks into `node_modules`, too.
 *
 * Returns what ends it.
 */
export function watchFiles(root: string, options: WatchFilesOptions): () => void {
  const { ignored = [], changed } = options;
  const left = new Set(ignored.map((path) => resolve(path)));
  const watchers = new Map<string, FSWatcher>();

  function add(folder: string): void {
    if (watchers.has(folder) || watchers.size === FOLDERS_MAX) return;
    const watcher = watch(folder, (_event, name) => look(folder, name ?? ""));
    // The folder is gone.
    watcher.on("error", () => remove(folder));
    watchers.set(folder, watcher);
    for (const child of foldersIn(folder)) add(child);
  }

  function remove(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  function look(folder: string, name: string): void {
    for (const child of foldersIn(folder)) add(child);
    const path = join(folder, name);
    const isEnv = name === ".env";
    if (isEnv || (!name.startsWith(".") && WATCHED.has(extname(name)))) {
      changed(relative(root, path));
    }
  }

  function foldersIn(folder: string): string[] {
    try {
      return readdirSync(folder, { withFileTypes: true })
        .filter((each) => each.isDirectory() && !isLeft(each.name))
        .map((each) => join(folder, each.name))
        .filter((path) => !left.has(path));
    } catch {
      // Gone meanwhile.
      return [];
    }
  }

  add(resolve(root));
  return () => {
    for (const folder of [...watchers.keys()]) remove(folder);
  };
}

function isLeft(name: string): boolean {
  return name === "node_modules" || name.startsWith(".");
}
