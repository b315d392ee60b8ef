import { expect, test } from "@jest/globals";
import { HostModules } from "./host_modules.ts";

function bench() {
  let now = 0;
  const modules = new HostModules(() => now);
  const pass = (delayMs: number) => {
    now += delayMs;
  };
  return { modules, pass };
}

test("HostModules knows what is imported, for whom, and what can be called", () => {
  const { modules } = bench();
  modules.noteImporting({ path: "a", key: 3 });
  modules.noteImporting({ path: "b", key: 4 });
  expect(["a", "b", "c"].map((path) => modules.isImporting(path))).toEqual([true, true, false]);
  expect([3, 4, 5].map((key) => modules.isImportOf(key))).toEqual([true, true, false]);
  modules.noteImported({ path: "a", ok: true, sha256: "aa" });
  modules.noteImported({ path: "b", ok: false, sha256: "bb" });
  expect(modules.importing).toBe(false);
  expect(["a", "b", "c"].map((path) => modules.has(path))).toEqual([true, false, false]);
  expect(["a", "b", "c"].map((path) => modules.sha256Of(path))).toEqual(["aa", "bb", ""]);
});

test("HostModules tries an import that failed again after five seconds, if an attempt wanted it", () => {
  const { modules, pass } = bench();
  modules.noteImporting({ path: "a", key: 0 });
  modules.noteImported({ path: "a", ok: false, sha256: "" });
  pass(60_000);
  expect(modules.retryDue).toBe(false);
  modules.noteImporting({ path: "a", key: 1 });
  modules.noteImported({ path: "a", ok: false, sha256: "" });
  pass(4_999);
  expect(modules.retryDue).toBe(false);
  pass(1);
  expect(modules.retryDue).toBe(true);
});

test("HostModules prepares a module once, and none that is there, being imported or broken", () => {
  const { modules } = bench();
  modules.noteImporting({ path: "imports", key: 1 });
  for (const path of ["there", "broken"]) modules.noteImporting({ path, key: 1 });
  modules.noteImported({ path: "there", ok: true, sha256: "" });
  modules.noteImported({ path: "broken", ok: false, sha256: "" });
  const paths = ["imports", "there", "broken", "new", "new"];
  expect(paths.map((path) => modules.prepare(path))).toEqual([false, false, false, true, false]);
});
