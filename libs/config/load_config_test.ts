import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import { WEBHOOK_EVENT_TYPES } from "@hookgate/types";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { ensureExampleSecret, exampleSecretPath } from "./generated_secrets.ts";
import { loadConfig } from "./load_config.ts";
import { readEnv } from "./read_env.ts";

// Each test starts processes, which takes its time on a busy machine.
jest.setTimeout(60_000);

const EXAMPLE = resolve(fileURLToPath(import.meta.url), "../../../hookgate.config.ts");

let directory: TemporaryDirectory;
let dataDir = "";
let configPath = "";

beforeEach(async () => {
  directory = await temporaryDirectory();
  dataDir = join(directory.path, "data");
  configPath = join(directory.path, "hookgate.config.ts");
});

afterEach(async () => {
  await directory[Symbol.asyncDispose]();
});

function load(env: Record<string, string> = {}) {
  return loadConfig({ env: readEnv({ HOOKGATE_CONFIG: configPath, DATA_DIR: dataDir, ...env }) });
}

const ONE_SOURCE = `
  import { defineConfig } from "@hookgate/config";
  export default defineConfig({
    sources: { academy: { provider: "generic", secrets: [process.env.WEBHOOK_SECRET] } },
    subscriptions: { all: { events: ["*"], handler: "./handlers/all.ts" } },
  });
`;

function writeConfig(text: string): void {
  mkdirSync(join(directory.path, "handlers"), { recursive: true });
  writeFileSync(join(directory.path, "handlers", "all.ts"), "export function handle() {}\n");
  writeFileSync(configPath, text);
}

test("loadConfig() reads a file outside the clone, with paths relative to it", async () => {
  writeConfig(ONE_SOURCE);
  const config = await load({ WEBHOOK_SECRET: "s3cret-of-the-academy" });
  expect(config.sources[0]?.secrets).toMatchObject([{ id: "1", value: "s3cret-of-the-academy" }]);
  expect(config.subscriptions[0]?.target).toEqual({
    kind: "handler",
    path: join(directory.path, "handlers", "all.ts"),
  });
  expect(existsSync(exampleSecretPath(dataDir))).toBe(false);
});

test("loadConfig() generates the example secret if WEBHOOK_SECRET is unset and read", async () => {
  writeConfig(ONE_SOURCE);
  const config = await load();
  const value = ensureExampleSecret(dataDir);
  expect(config.sources[0]?.secrets).toMatchObject([{ id: "1", value }]);
  expect((await load()).sources).toEqual(config.sources);
});

test("loadConfig() generates no secret if none is read, or the file finds its own", async () => {
  writeConfig(ONE_SOURCE.replace("process.env.WEBHOOK_SECRET", '"written"'));
  expect((await load()).sources[0]?.secrets[0]?.value).toBe("written");
  writeFileSync(join(directory.path, ".env"), "WEBHOOK_SECRET=from a file\n");
  const env = JSON.stringify(join(directory.path, ".env"));
  writeConfig(`process.loadEnvFile(${env});\n${ONE_SOURCE}`);
  expect((await load()).sources[0]?.secrets[0]?.value).toBe("from a file");
  expect(existsSync(exampleSecretPath(dataDir))).toBe(false);
});

test("loadConfig() names the path where the example secret cannot be kept", async () => {
  writeConfig(ONE_SOURCE);
  writeFileSync(dataDir, "a file");
  await expect(load()).rejects.toThrow("Cannot read the example secret");
});

test("loadConfig() sees a changed file", async () => {
  writeConfig(ONE_SOURCE);
  expect((await load()).subscriptions).toHaveLength(1);
  writeConfig(ONE_SOURCE.replace(/subscriptions.*/, ""));
  expect((await load()).subscriptions).toHaveLength(0);
});

test("loadConfig() says which file does not exist, and how to name another", async () => {
  await expect(load()).rejects.toThrow(
    `${configPath} does not exist: set HOOKGATE_CONFIG to the path of your hookgate.config.ts`,
  );
});

test("loadConfig() tells an unset variable by the key that reads it", async () => {
  writeConfig(ONE_SOURCE.replace("WEBHOOK_SECRET", "NO_SUCH_SECRET").replace("all.ts", "none.ts"));
  await expect(load()).rejects.toMatchObject({
    name: "ConfigError",
    message: expect.stringContaining(`Cannot use ${configPath}: 2 problems`),
    problems: [
      "sources.academy.secrets[0] is empty: set the environment variable it reads",
      expect.stringContaining("subscriptions.all.handler names "),
    ],
  });
});

test("loadConfig() warns of secrets whose time is up", async () => {
  const past = '{ id: "old", value: "x", state: "retiring", until: "2026-01-01T00:00:00Z" }';
  writeConfig(ONE_SOURCE.replace("process.env.WEBHOOK_SECRET", `"new-and-long-enough", ${past}`));
  const warnings: string[] = [];
  const config = await loadConfig({
    env: readEnv({ HOOKGATE_CONFIG: configPath, DATA_DIR: dataDir }),
    log: { warn: (message) => void warnings.push(message) },
    now: () => Date.parse("2026-01-01T00:00:00Z"),
  });
  expect(config.sources[0]?.secrets).toMatchObject([
    { id: "1", value: "new-and-long-enough" },
    { id: "old", state: "retiring", until: Date.parse("2026-01-01T00:00:00Z") },
  ]);
  expect(warnings).toEqual([expect.stringContaining("retiring secret old has expired")]);
});

test("the example configuration handles the nine types, each by the file of its name", async () => {
  const config = await load({ HOOKGATE_CONFIG: EXAMPLE });
  expect(config.sources.map(({ name, provider }) => [name, provider])).toEqual([
    ["academy", "generic"],
  ]);
  expect(config.sources[0]?.secrets[0]?.value).toBe(
    readFileSync(exampleSecretPath(dataDir), "utf8").trim(),
  );
  expect(config.subscriptions.flatMap(({ events }) => events)).toEqual(WEBHOOK_EVENT_TYPES);
  for (const { events, target } of config.subscriptions) {
    const path = expect.stringMatching(`/handlers/${events[0]?.replace(".", "_")}\\.ts$`);
    expect(target).toEqual({ kind: "handler", path });
  }
});
