import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import {
  dataKeyPath,
  ensureExampleSecret,
  ensureLocalToken,
  exampleSecretPath,
  localTokenPath,
  readDataKey,
  readLocalToken,
} from "./generated_secrets.ts";

// Each test starts processes, which takes its time on a busy machine.
jest.setTimeout(60_000);

let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "hookgate-secret-"));
});

afterEach(() => {
  rmSync(dir, { recursive: true });
});

test("ensureExampleSecret() makes a secret that only its owner can read, once", () => {
  const dataDir = join(dir, "deep", "data");
  const secret = ensureExampleSecret(dataDir);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(exampleSecretPath(dataDir), "utf8")).toBe(`${secret}\n`);
  expect(statSync(exampleSecretPath(dataDir)).mode & 0o777).toBe(0o600);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  expect(ensureExampleSecret(dataDir)).toBe(secret);
  expect(readdirSync(dataDir)).toEqual(["webhook_secret"]);
});

test("ensureExampleSecret() creates another secret in another directory", () => {
  expect(ensureExampleSecret(join(dir, "a"))).not.toBe(ensureExampleSecret(join(dir, "b")));
});

test("ensureExampleSecret() agrees among processes that start together", async () => {
  const url = new URL("./generated_secrets.ts", import.meta.url).href;
  const program = `
    import { ensureExampleSecret } from ${JSON.stringify(url)};
    process.once("message", () => process.send(ensureExampleSecret(${JSON.stringify(dir)}), () => process.exit()));
    process.send("ready");
  `;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    }),
  );
  await Promise.all(children.map((child) => once(child, "message")));
  const answers = children.map((child) => once(child, "message"));
  for (const child of children) child.send("go");
  const secrets = (await Promise.all(answers)).map(([secret]) => secret as string);
  await Promise.all(children.map((child) => child.exitCode ?? once(child, "exit")));
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]).toBe(ensureExampleSecret(dir));
  expect(readdirSync(dir)).toEqual(["webhook_secret"]);
});

test.each(["", "\n", "short", `${"0".repeat(64)}x`, "G".repeat(64)])(
  "ensureExampleSecret() refuses a file that holds %j",
  (text) => {
    writeFileSync(exampleSecretPath(dir), text);
    expect(() => ensureExampleSecret(dir)).toThrow(
      "does not contain 64 hexadecimal digits; delete it",
    );
  },
);

test("ensureExampleSecret() names the path that it cannot read or write", () => {
  mkdirSync(exampleSecretPath(dir));
  expect(() => ensureExampleSecret(dir)).toThrow(
    `${exampleSecretPath(dir)} cannot be read: EISDIR`,
  );
  const file = join(dir, "file");
  writeFileSync(file, "");
  expect(() => ensureExampleSecret(file)).toThrow(
    `${join(file, "webhook_secret")} cannot be read: it is not in a directory; see DATA_DIR`,
  );
  const dangling = join(dir, "dangling");
  symlinkSync(join(dir, "nowhere"), dangling);
  expect(() => ensureExampleSecret(dangling)).toThrow(
    `Cannot generate the example secret: ${join(dangling, "webhook_secret")} cannot be written: its directory is a link that leads nowhere`,
  );
  // Where Node would never come back from making one.
  expect(() => ensureExampleSecret("/proc/nothing/below")).toThrow("its directory is missing");
});

test("ensureLocalToken() puts a known token back where the file is missing, and reads one that is there", () => {
  const token = ensureLocalToken(dir);
  rmSync(localTokenPath(dir));
  expect(ensureLocalToken(dir, token)).toBe(token);
  expect(readLocalToken(dir)).toBe(token);
  expect(ensureLocalToken(dir, "0".repeat(64))).toBe(token);
});

test("ensureLocalToken() makes a token of its own, and readLocalToken() makes none", () => {
  expect(readLocalToken(dir)).toBeNull();
  const token = ensureLocalToken(dir);
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(localTokenPath(dir)).mode & 0o777).toBe(0o600);
  expect(readLocalToken(dir)).toBe(token);
  expect(ensureExampleSecret(dir)).not.toBe(token);
  writeFileSync(localTokenPath(dir), "half a tok");
  expect(() => readLocalToken(dir)).toThrow("Cannot read the local RPC token: ");
});

test("readDataKey() makes a key only if it may, and reads it again", () => {
  const env = { dataKey: null, dataKeyFile: null, dataDir: dir };
  expect(readDataKey(env, { create: false })).toBeNull();
  const made = readDataKey(env, { create: true });
  expect(made).toHaveLength(32);
  expect(statSync(dataKeyPath(dir)).mode & 0o777).toBe(0o600);
  expect(readDataKey(env, { create: false })).toEqual(made);
  const path = dataKeyPath(dir);
  const elsewhere = { ...env, dataDir: join(dir, "none") };
  expect(readDataKey({ ...elsewhere, dataKeyFile: path }, { create: true })).toEqual(made);
  const given = { ...elsewhere, dataKey: "5f".repeat(32) };
  expect(readDataKey(given, { create: true })).toEqual(Buffer.alloc(32, 0x5f));
});

test("readDataKey() refuses a file that is missing or damaged, and does not say to delete it", () => {
  const env = { dataKey: null, dataKeyFile: join(dir, "none"), dataDir: dir };
  expect(() => readDataKey(env, { create: true })).toThrow("DATA_KEY_FILE names");
  writeFileSync(dataKeyPath(dir), "5f");
  const damaged = () => readDataKey({ ...env, dataKeyFile: null }, { create: true });
  expect(damaged).toThrow(/does not contain 64 hexadecimal digits$/);
});
