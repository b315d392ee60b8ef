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

test("loadDotEnv() takes a byte order mark for no part of a name, and no other encoding than UTF-8", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, ".env");
  await writeFile(path, "\ufeffMONGODB_URI=a\r\nEDGE_PORT=1\r\n");
  const env = {};
  loadDotEnv(env, path);
  expect(env).toEqual({ MONGODB_URI: "a", EDGE_PORT: "1" });
  await writeFile(path, Buffer.from("\ufeffEDGE_PORT=1\n", "utf16le"));
  expect(() => loadDotEnv(env, path)).toThrow(`Cannot read ${path}: it is not text in UTF-8`);
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
