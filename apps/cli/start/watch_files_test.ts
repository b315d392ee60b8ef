import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { watchFiles } from "./watch_files.ts";

test("watchFiles() tells what changes in source files, in new folders too, and nothing else", async () => {
  await using folder = await temporaryDirectory();
  const at = (path: string) => join(folder.path, path);
  for (const name of ["handlers", "data", "node_modules/koa", ".git"]) {
    await mkdir(at(name), { recursive: true });
  }
  const changed = new Set<string>();
  const unwatch = watchFiles(folder.path, {
    ignored: [at("data")],
    changed: (path) => changed.add(path),
  });
  const until = (path: string) => waitFor(() => changed.has(path), { what: path });
  try {
    for (const path of ["data/x.ts", "node_modules/koa/x.js", ".git/x.ts", "notes.md", ".x.ts"]) {
      await writeFile(at(path), "1");
    }
    await writeFile(at("handlers/paid.ts"), "1");
    await until("handlers/paid.ts");
    await writeFile(at(".env"), "A=1");
    await until(".env");
    await mkdir(at("handlers/deep"));
    await waitFor(
      async () => {
        await writeFile(at("handlers/deep/new.cjs"), "1");
        return changed.has("handlers/deep/new.cjs");
      },
      { what: "the new folder to be watched" },
    );
    await rm(at("handlers/paid.ts"));
    expect([...changed].sort()).toEqual([".env", "handlers/deep/new.cjs", "handlers/paid.ts"]);
  } finally {
    unwatch();
  }
});
