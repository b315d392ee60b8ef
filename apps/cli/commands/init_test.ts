import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { callHookgate } from "../suite/call_hookgate.ts";

const FILES = [
  ".env",
  ".gitignore",
  "README.md",
  "handlers/course_enrolled.ts",
  "handlers/course_enrolled_test.ts",
  "hookgate.config.ts",
];

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

test("init writes a project, and a secret that nobody else reads", async () => {
  await using folder = await temporaryDirectory();
  const project = join(folder.path, "shop/hooks");
  const { code, out } = await callHookgate(["init", project], {});
  expect(code).toBe(0);
  expect(await filesOf(project)).toEqual(FILES);
  expect(out).toContain("wrote hookgate.config.ts\n");
  expect((await stat(join(project, ".env"))).mode & 0o777).toBe(0o600);
  const readme = await readFile(join(project, "README.md"), "utf8");
  expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(10);
  const secrets = await Promise.all(
    [project, join(folder.path, "other")].map(async (each) => {
      await callHookgate(["init", each], {});
      return /WEBHOOK_SECRET=([0-9a-f]{64})\n/.exec(
        await readFile(join(each, ".env"), "utf8"),
      )?.[1];
    }),
  );
  expect(new Set(secrets).size).toBe(2);
  expect(secrets).not.toContain(undefined);
});

test("init keeps what exists, and says so", async () => {
  await using folder = await temporaryDirectory();
  for (const name of ["hookgate.config.ts", ".gitignore"]) {
    await writeFile(join(folder.path, name), "mine");
  }
  const { code, out } = await callHookgate(["init", folder.path], {});
  expect(code).toBe(0);
  expect(out).toContain("kept  hookgate.config.ts, which exists\n");
  expect(out).toContain("see that .gitignore has .env and data/\n");
  expect(out).toContain("wrote README.md\n");
  expect(await readFile(join(folder.path, "hookgate.config.ts"), "utf8")).toBe("mine");
  const again = await callHookgate(["init", folder.path], {});
  expect(again.out).not.toContain("wrote");
});

test("init writes files that are modules where package.json has others be CommonJS", async () => {
  await using folder = await temporaryDirectory();
  await writeFile(join(folder.path, "package.json"), '{ "type": "commonjs" }');
  const project = join(folder.path, "hooks");
  await callHookgate(["init", project], {});
  expect(await filesOf(project)).toEqual(FILES.map((name) => name.replace(/\.ts$/, ".mts")).sort());
  const read = (name: string) => readFile(join(project, name), "utf8");
  expect(await read("hookgate.config.mts")).toContain('"./handlers/course_enrolled.mts"');
  expect(await read("handlers/course_enrolled_test.mts")).toContain('"./hookgate.config.mts"');
  expect(await read("README.md")).toContain("`hookgate.config.mts`");
});

test("init writes no second configuration", async () => {
  await using folder = await temporaryDirectory();
  await writeFile(join(folder.path, "hookgate.config.mjs"), "export default {};");
  const { out } = await callHookgate(["init", folder.path], {});
  expect(out).toContain("kept  hookgate.config.mjs, which exists\n");
  expect(await filesOf(folder.path)).not.toContain("hookgate.config.ts");
});

test("init names what it cannot write", async () => {
  await using folder = await temporaryDirectory();
  await writeFile(join(folder.path, "file"), "");
  const { code, err } = await callHookgate(["init", join(folder.path, "file")], {});
  expect(code).toBe(1);
  expect(err).toMatch(/^Cannot write .*file\/hookgate\.config\.ts: E/);
});
