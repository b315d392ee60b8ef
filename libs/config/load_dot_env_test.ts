import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { StartError } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { loadDotEnv } from "./load_dot_env.ts";

test("loadDotEnv() adds what is not set, and changes nothing that is", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, ".env");
  await writeFile(path, "# who sends\nSTRIPE_SECRET='whsec_1 2'\nEDGE_PORT=1\nEMPTY=\n");
  const env: Record<string, string | undefined> = { EDGE_PORT: "2", EMPTY: "" };
  loadDotEnv(env, path);
  expect(env).toEqual({ STRIPE_SECRET: "whsec_1 2", EDGE_PORT: "2", EMPTY: "" });
});

test("loadDotEnv() needs no file, and names one that cannot be read", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, ".env");
  const env = {};
  loadDotEnv(env, path);
  expect(env).toEqual({});
  await mkdir(path);
  expect(() => loadDotEnv(env, path)).toThrow(StartError);
  expect(() => loadDotEnv(env, path)).toThrow(`Cannot read ${path}: EISDIR`);
});
