import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { expect, test } from "@jest/globals";
import { createLog, type Log } from "./create_log.ts";

function recorded({ level = "trace" }: { level?: string } = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ name: "edge", level, destination });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "") as Record<string, unknown> };
}

test("createLog() writes one JSON line with level, time, process and message", () => {
  const { log, lines, last } = recorded();
  log.info({ port: 8080, tags: ["a", null], nested: { ok: true } }, "listening");
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith("}\n")).toBe(true);
  const { time, ...rest } = last();
  expect(rest).toEqual({
    level: "info",
    name: "edge",
    pid: process.pid,
    hostname: hostname(),
    port: 8080,
    tags: ["a", null],
    nested: { ok: true },
    msg: "listening",
  });
  expect(new Date(String(time)).toISOString()).toBe(time);
});

test("createLog() writes lines of its level and above, and nothing if it is silent", () => {
  const warn = recorded({ level: "warn" });
  warn.log.info("no");
  warn.log.warn("yes");
  expect(warn.lines).toHaveLength(1);
  const silent = recorded({ level: "silent" });
  silent.log.fatal("no");
  expect(silent.lines).toHaveLength(0);
});

test.each([
  "secret",
  "clientSecret",
  "secrets",
  "password",
  "RPC_TOKEN",
  "token",
  "Authorization",
  "proxy-authorization",
  "cookie",
  "Set-Cookie",
  "api_key",
  "privateKey",
  "signature",
  "x-webhook-signature",
  "x-hub-signature-256",
  "body",
  "rawBody",
  "mongodbUri",
])("createLog() leaves out the value of %s, wherever it is", (name) => {
  const { log, lines, last } = recorded();
  const value = "k3ep-m3-out";
  log.info({ [name]: value, headers: [{ deep: { [name]: { inside: value } } }] }, "x");
  log.child({ [name]: value, of: { [name]: value } }).info("x");
  log.error({ err: Object.assign(new Error("x"), { [name]: value }) }, "x");
  expect(lines.join("")).not.toContain(value);
  expect(lines).toHaveLength(3);
  expect(last()["msg"]).toBe("x");
});

test("createLog() shows what only resembles a credential by its name", () => {
  const { log, last } = recorded();
  log.info({ secretId: "2026-10", bodyBytes: 12, tokenBucket: 3, keys: 1 });
  expect(last()).toMatchObject({ secretId: "2026-10", bodyBytes: 12, tokenBucket: 3, keys: 1 });
});

test("createLog() counts bytes instead of showing them", () => {
  const { log, last, lines } = recorded();
  log.info({ seen: Buffer.from("hello"), other: new Uint8Array(3), raw: new ArrayBuffer(2) });
  expect(last()).toMatchObject({ seen: "[5 bytes]", other: "[3 bytes]", raw: "[2 bytes]" });
  expect(lines[0]).not.toContain("hello");
});

test("createLog() writes errors with type, message, stack, cause and own fields", () => {
  const { log, last } = recorded();
  const cause = Object.assign(new RangeError("inner"), { code: "ERANGE" });
  log.error({ err: new TypeError("outer", { cause }) }, "failed");
  expect(last()).toMatchObject({
    msg: "failed",
    err: {
      type: "TypeError",
      message: "outer",
      stack: expect.stringContaining("TypeError: outer"),
      cause: { type: "RangeError", message: "inner", code: "ERANGE" },
    },
  });
  log.error(new Error("alone"));
  expect(last()).toMatchObject({ msg: "alone", err: { type: "Error", message: "alone" } });
});

const FORGED = '\n{"level":"fatal","msg":"forged"}\r\n\u0085\u2028\u001b[2J"}';

test.each<[string, (log: Log) => void]>([
  ["a message", (log) => log.info(FORGED)],
  ["a message's argument", (log) => log.info("to %s and %j", FORGED, { a: FORGED })],
  ["a field", (log) => log.info({ a: FORGED }, "x")],
  ["a deep field", (log) => log.info({ a: [{ b: FORGED }] }, "x")],
  ["a field's name", (log) => log.info({ [FORGED]: 1, a: { [FORGED]: 1 } }, "x")],
  ["an error", (log) => log.error(new Error(FORGED))],
  ["a child's field", (log) => log.child({ [FORGED]: FORGED }).info("x")],
])("createLog() writes one line with any text in %s", (_, write) => {
  const { log, lines, last } = recorded();
  write(log);
  expect(lines).toHaveLength(1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
  expect(lines[0]?.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  expect(last()["level"]).not.toBe("fatal");
});

test("createLog() keeps its own fields from being overwritten", () => {
  const { log, last } = recorded();
  const forged = { level: "fatal", time: "never", pid: 1, name: "dispatcher", msg: "forged" };
  log.info(forged, "true");
  expect(last()).toMatchObject({ level: "info", pid: process.pid, name: "edge", msg: "true" });
  expect(last()).toMatchObject({ level_: "fatal", name_: "dispatcher", msg_: "forged" });
  log.child(forged).warn("true too");
  expect(last()).toMatchObject({ level: "warn", name: "edge", msg: "true too", pid_: 1 });
});

test("createLog() bounds texts, entries, depth and the whole line", () => {
  const { log, lines, last } = recorded();
  const long = "x".repeat(1_000_000);
  log.info({ long }, long);
  expect(String(last()["long"]).length).toBeLessThan(8_300);
  expect(String(last()["msg"]).length).toBeLessThan(8_300);
  log.error({ err: new Error(long) });
  expect(lines.at(-1)?.length).toBeLessThan(40_000);

  log.info({ many: Array.from({ length: 10_000 }, () => 1) });
  expect(last()["many"]).toHaveLength(101);
  expect(last()["many"]).toContain("9900 more");
  log.info(Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, index])));
  expect(Object.keys(last()).length).toBeLessThan(110);

  const grid = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => long));
  log.info({ grid });
  expect(lines.at(-1)?.length).toBeLessThan(200_000);
  log.child({ long }).info("x");
  expect(lines.at(-1)?.length).toBeLessThan(9_000);
});

test("createLog() survives any value", () => {
  const { log, lines } = recorded();
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const hostile = {
    circular,
    revoked: revoked.proxy,
    get thrown() {
      throw new Error("getter");
    },
    toJson: { toJSON: () => hostile },
    throwing: {
      toJSON() {
        throw new Error("toJSON");
      },
    },
    big: 10n,
    symbol: Symbol("s"),
    run: () => 1,
    nan: Number.NaN,
    date: new Date(Number.NaN),
    map: new Map([["a", 1]]),
    bare: Object.create(null),
    undefined: undefined,
    lone: "\ud800",
    ["__proto__"]: { level: "fatal" },
  };
  log.info(hostile, "hostile");
  log.child(hostile).info("child");
  log.info(null);
  log.info(undefined);
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: "info" });
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    big: "10",
    symbol: "Symbol(s)",
    nan: null,
    date: null,
    map: "[1 entries]",
    thrown: "[unreadable]",
    throwing: "[unreadable]",
    revoked: "[unreadable]",
  });
});

test("createLog() gives grandchildren all fields", () => {
  const { log, last } = recorded();
  log
    .child({ event: "evt_1" })
    .child({ delivery: "dlv_1", token: "x" })
    .info({ attempt: 2 }, "done");
  expect(last()).toMatchObject({
    event: "evt_1",
    delivery: "dlv_1",
    attempt: 2,
    token: "[redacted]",
  });
});

const LINES = 60_000;

test("createLog() writes to standard error without waiting, and counts what it drops", async () => {
  const program = `
    import { createLog } from ${JSON.stringify(new URL("./create_log.ts", import.meta.url).href)};
    const log = createLog({ name: "x", level: "info" });
    for (let n = 0; n < ${LINES}; n += 1) log.info({ n }, "line");
    process.once("SIGTERM", () => { log.info("last"); process.exit(0); });
  `;
  const args = ["--input-type=module", "--eval", `${program}; setInterval(() => {}, 1_000);`];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "pipe"] });
  let output = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (chunk: string) => {
    output += chunk;
    if (output.includes("were dropped")) child.kill("SIGTERM");
  });
  await once(child, "close");
  const lines = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.at(-1)).toMatchObject({ msg: "last" });
  const dropped = lines.reduce((sum, { lines = 0 }) => sum + Number(lines), 0);
  expect(dropped).toBeGreaterThan(0);
  expect(lines.filter(({ msg }) => msg === "line").length + dropped).toBe(LINES);
});
