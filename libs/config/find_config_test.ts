import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { findConfig } from "./find_config.ts";
import { readEnv } from "./read_env.ts";

test("findConfig() finds a configuration in any of Node's languages, TypeScript first", async () => {
  await using folder = await temporaryDirectory();
  const cwd = folder.path;
  expect(findConfig(cwd)).toBeNull();
  expect(readEnv({}, { cwd }).configPath).toBe(join(cwd, "hookgate.config.ts"));
  for (const end of ["cjs", "mjs", "js", "mts", "ts"]) {
    const path = join(cwd, `hookgate.config.${end}`);
    await writeFile(path, "");
    expect(findConfig(cwd)).toBe(path);
    expect(readEnv({}, { cwd }).configPath).toBe(path);
  }
  const named = readEnv({ HOOKGATE_CONFIG: "hookgate.config.mts" }, { cwd });
  expect(named.configPath).toBe(join(cwd, "hookgate.config.mts"));
  expect(readEnv({ HOOKGATE_CONFIG: "x.ts" }, { cwd }).configPath).toBe(join(cwd, "x.ts"));
});
