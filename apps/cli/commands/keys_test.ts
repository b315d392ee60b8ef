import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig, readEnv } from "@hookgate/config";
import { PROVIDERS } from "@hookgate/providers";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { callHookgate } from "../suite/call_hookgate.ts";
import { ensureTrialKeys, findTrialKeys } from "../trial/trial_keys.ts";

let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = await temporaryDirectory();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

function keys(...args: string[]) {
  return callHookgate(["keys", ...args], { DATA_DIR: folder.path });
}

test("hookgate keys makes a pair of keys once, for its owner only, and shows none of it", async () => {
  const first = await keys("discord");
  expect(first).toMatchObject({ code: 0, err: "" });
  const directory = join(folder.path, "keys", "discord");
  expect(readdirSync(directory).sort()).toEqual(["private_key.pem", "secret"]);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  const texts = readdirSync(directory).map((name) => {
    expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    return readFileSync(join(directory, name), "utf8");
  });
  expect(await keys("discord")).toEqual(first);
  for (const text of texts) expect(first.out).not.toContain(text.trim());
  expect(readdirSync(join(folder.path, "keys"))).toEqual(["discord"]);
  expect(first.out).toContain(`secrets: [{ id: "trial", file: "${join(directory, "secret")}" }],`);
  expect(first.out).toContain("npx hookgate send");
});

test("hookgate keys makes a secret where that is what a provider has", async () => {
  const { code, out } = await keys("standard_webhooks");
  expect(code).toBe(0);
  expect(out).toMatch(/^A secret in the form that Standard Webhooks uses is in /);
  const text = readFileSync(join(folder.path, "keys/standard_webhooks/secret"), "utf8");
  expect(text).toMatch(/^whsec_\S+\n$/);
});

test("hookgate keys makes what a scheme takes, and names it where a source has to", async () => {
  const { out } = await keys("standard_webhooks", "--scheme", "standard_webhooks_v1a");
  expect(out).not.toContain("scheme:");
  const text = readFileSync(
    join(folder.path, "keys/standard_webhooks.standard_webhooks_v1a/secret"),
    "utf8",
  );
  expect(text).toMatch(/^whpk_/);
  const own = await keys("standard_webhooks", "--scheme", "standard_webhooks_text_key");
  expect(own.out).toContain('scheme: "standard_webhooks_text_key",');
});

test.each([
  [["nobody"], 2, 'Cannot make keys: there is no provider "nobody"'],
  [["github", "--scheme", "x"], 2, 'GitHub has no scheme "x", only github'],
])("hookgate keys %j ends with %d: %s", async (args, code, words) => {
  const ran = await keys(...args);
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(words);
});

test("hookgate keys says that it cannot write", async () => {
  const file = join(folder.path, "file");
  writeFileSync(file, "");
  const { code, err } = await callHookgate(["keys", "discord"], { DATA_DIR: file });
  expect(code).toBe(1);
  expect(err).toContain("Cannot make keys: ");
});

test("findTrialKeys() finds the keys of a secret, and none where none were made", () => {
  expect(findTrialKeys(folder.path, "x")).toBeNull();
  const { discord } = PROVIDERS;
  if (discord === undefined) throw new TypeError("Cannot test: it has gone");
  const made = ensureTrialKeys(folder.path, { name: "a", recipe: discord.recipe, now: 0 });
  ensureTrialKeys(folder.path, { name: "b", recipe: discord.recipe, now: 0 });
  expect(findTrialKeys(folder.path, made.secret)).toEqual(made);
  expect(findTrialKeys(folder.path, "x")).toBeNull();
  rmSync(made.secretPath);
  const options = { name: "a", recipe: discord.recipe, now: 0 };
  expect(() => ensureTrialKeys(folder.path, options)).toThrow(
    /Cannot read the keys in .*delete it/,
  );
});

test.each([
  ["discord", 'the public key, for the source, in "secret"'],
  ["paypal", 'its certificate, for the source, in "certificate.pem"'],
  ["google_pubsub", 'its key set, for the source, in "key_set.json"'],
])("hookgate keys says what of its pair is to be trusted: %s", async (id, expected) => {
  expect((await keys(id)).out).toContain(`: ${expected}.\n`);
});

test("hookgate keys prints sources that the configuration takes, of every provider", async () => {
  const ids = Object.keys(PROVIDERS);
  const printed: string[] = [];
  for (const id of ids) {
    const { code, out } = await keys(id);
    expect([id, code]).toEqual([id, 0]);
    printed.push(/^ {2}"trial\/[\s\S]*?^ {2}\},$/m.exec(out)?.[0] ?? "");
  }
  const file = join(folder.path, "hookgate.config.ts");
  // What only an operator can fill in.
  const sources = printed.join("\n").replaceAll('"…"', '"filled-in"');
  writeFileSync(file, `export default { sources: {\n${sources}\n} };\n`);
  const warnings: string[] = [];
  const log = { warn: (message: string) => void warnings.push(message) };
  const config = await loadConfig({ env: readEnv({ HOOKGATE_CONFIG: file }), log });
  expect(config.sources.map(({ name }) => name)).toEqual(ids.map((id) => `trial/${id}`));
  // A secret that does not look like the provider's is a warning, too.
  expect(warnings.filter((warning) => !warning.includes("trialCertificate"))).toEqual([]);
  const certified = config.sources.filter((source) => source.trialCertificate !== undefined);
  expect(certified.map(({ provider }) => provider).sort()).toEqual([
    "aws_sns",
    "canvas",
    "google_pubsub",
    "paypal",
  ]);
});
