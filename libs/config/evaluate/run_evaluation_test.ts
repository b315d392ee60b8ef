import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { ConfigError } from "../config_error.ts";
import { readEnv } from "../read_env.ts";
import { type RunEvaluationOptions, runEvaluation } from "./run_evaluation.ts";

// Each test starts processes, which takes its time on a busy machine.
jest.setTimeout(60_000);

let directory: TemporaryDirectory;
let printed = "";

beforeEach(async () => {
  directory = await temporaryDirectory();
  printed = "";
});

afterEach(async () => {
  await directory[Symbol.asyncDispose]();
});

/** Evaluates a file with that text, far from the clone and from every package.json. */
function evaluate(
  text: string,
  options: RunEvaluationOptions & { file?: string; given?: NodeJS.ProcessEnv } = {},
) {
  const { file = "hookgate.config.ts", given = { WEBHOOK_SECRET: "s3cret" }, ...rest } = options;
  const configPath = join(directory.path, file);
  mkdirSync(dirname(configPath), { recursive: true });
  writeFileSync(configPath, text);
  const env = readEnv({ HOOKGATE_CONFIG: configPath, ...given });
  const print = (output: string) => {
    printed += output;
  };
  return runEvaluation(env, { print, ...rest });
}

async function messageOf(evaluation: Promise<unknown>): Promise<string> {
  try {
    await evaluation;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("Cannot show the error: there is none");
}

test("runEvaluation() returns the default export as plain data", async () => {
  const data = await evaluate(`
    import { defineConfig } from "@hookgate/config";
    const secrets: (string | undefined)[] = [process.env.WEBHOOK_SECRET, process.env["NO_SUCH_VARIABLE"]];
    export default defineConfig({ sources: { "a/b": { provider: "generic", secrets } }, limits: {} });
  `);
  expect(data).toEqual({
    sources: { "a/b": { provider: "generic", secrets: ["s3cret", undefined] } },
    limits: {},
  });
  expect(printed).toBe("");
});

test.each([
  ["hookgate.config.mts", "export default { a: 1 as number };"],
  ["hookgate.config.mjs", "export default { a: 1 };"],
  ["hookgate.config.js", "export default { a: 1 };"],
  ["hookgate.config.cjs", "module.exports = { a: 1 };"],
  ["with space #1/hookgate%20.config.ts", "export default { a: await 1 };"],
])("runEvaluation() takes %s", async (file, text) => {
  expect(await evaluate(text, { file })).toEqual({ a: 1 });
});

test("runEvaluation() resolves our packages, and nothing else of the clone", async () => {
  expect(
    await evaluate(`
      import { WEBHOOK_EVENT_TYPES } from "@hookgate/types";
      export default { first: WEBHOOK_EVENT_TYPES[0] };
    `),
  ).toEqual({ first: "payment.success" });
  const message = await messageOf(evaluate('import "zod"; export default {};'));
  expect(message).toContain("Cannot find package 'zod'");
});

test("runEvaluation() evaluates the file and what it imports afresh each time", async () => {
  const imported = join(directory.path, "imported.ts");
  const text = 'import { a } from "./imported.ts";\nexport default { a };';
  writeFileSync(imported, "export const a = 1;\n");
  expect(await evaluate(text)).toEqual({ a: 1 });
  writeFileSync(imported, "export const a = 2;\n");
  expect(await evaluate(text)).toEqual({ a: 2 });
});

test("runEvaluation() passes on what the file prints", async () => {
  await evaluate('console.log("seen"); console.error("too"); export default {};');
  expect(printed).toContain("seen\n");
  expect(printed).toContain("too\n");
});

test("runEvaluation() ends a file that leaves work behind", async () => {
  const data = await evaluate(`
    import { createServer } from "node:net";
    createServer().listen(0);
    setInterval(() => {}, 1_000);
    export default { done: true };
  `);
  expect(data).toEqual({ done: true });
});

test("runEvaluation() does not wait for a program that the file started", async () => {
  const data = await evaluate(`
    import { spawn } from "node:child_process";
    const code = "setTimeout(() => {}, 120_000)";
    const stdio = ["ignore", "inherit", "inherit", 3];
    const child = spawn(process.execPath, ["--eval", code], { stdio, detached: true });
    child.unref();
    export default { pid: child.pid };
  `);
  // Throws where the program is gone.
  process.kill((data as { pid: number }).pid, "SIGKILL");
});

test("runEvaluation() refuses functions and classes by their key path", async () => {
  const message = await messageOf(
    evaluate(`
      export default { sources: { academy: { secrets: [() => "x"] } }, handler: class Handler {} };
    `),
  );
  expect(message).toBe(
    `Cannot use ${join(directory.path, "hookgate.config.ts")}: 2 problems\n` +
      "  sources.academy.secrets[0] is a function: the configuration must be plain data\n" +
      "  handler is a class: the configuration must be plain data",
  );
});

test("runEvaluation() says in a sentence that DATA_DIR cannot be used", async () => {
  const text = "export default { secrets: [process.env.WEBHOOK_SECRET] };";
  expect(await messageOf(evaluate(text, { given: { DATA_DIR: "/proc/nothing" } }))).toBe(
    `Cannot use ${join(directory.path, "hookgate.config.ts")}: 1 problem\n` +
      "  Cannot generate the example secret: /proc/nothing/webhook_secret cannot be written: " +
      "its directory is missing, or a link that leads nowhere; see DATA_DIR",
  );
});

const LOADS = "it cannot be evaluated:";

test.each<[string, string, string[]]>([
  [
    "a syntax error",
    "const a = 1;\nconst b = ;\nexport default {};",
    ["it throws", "hookgate.config.ts:2", "const b = ;", "Expression expected"],
  ],
  [
    "TypeScript that needs a build",
    "enum Kind { A }\nexport default {};",
    ["hookgate.config.ts:1", "enum is not supported"],
  ],
  [
    "a throw",
    'function read() {\n  throw new TypeError("no such thing");\n}\nread();\nexport default {};',
    ["it throws", "hookgate.config.ts:2", "TypeError: no such thing"],
  ],
  ["a throw of no error", 'throw "just text";', ["it throws", "just text"]],
  [
    "a rejected promise",
    'await Promise.reject(new Error("refused"));',
    ["hookgate.config.ts:1", "Error: refused"],
  ],
  [
    "a module that is not there",
    'import { a } from "./nowhere.ts";\nexport default { a };',
    ["Cannot find module", "nowhere.ts", "hookgate.config.ts"],
  ],
  [
    "a name that is not exported",
    'import { defineConfg } from "@hookgate/config";\nexport default defineConfg({});',
    ["hookgate.config.ts:1", "does not provide an export named 'defineConfg'"],
  ],
  ["a process that ends", "process.exit(3);", ["it ends its process (exit status 3)"]],
  ["a silent failure", "process.exit(1);", ["it ends its process (exit status 1)"]],
  [
    "a signal",
    'process.kill(process.pid, "SIGTERM");\nawait new Promise(() => setInterval(() => {}, 9));',
    ["it ends its process (SIGTERM)"],
  ],
  ["a wait without end", "await new Promise(() => {});", ["a top-level await in it never settles"]],
  [
    "too large a configuration",
    'export default { a: "x".repeat(3_000_000) };',
    ["its configuration is larger than 2097152 bytes"],
  ],
])("runEvaluation() shows %s", async (_, text, parts) => {
  const message = await messageOf(evaluate(text));
  expect(message).toContain(`Cannot load ${join(directory.path, "hookgate.config.ts")}`);
  expect(message).toContain(LOADS);
  for (const part of parts) expect(message).toContain(part);
  expect(message).not.toMatch(/node:internal|evaluate_config|resolve_hook/);
});

test.each([
  [
    "hookgate.config.ts",
    'import { a } from "./a.ts";\nexport default { a };',
    "hookgate.config.mts",
  ],
  ["hookgate.config.js", "export default {};", "hookgate.config.mjs"],
])("runEvaluation() says what to do where %s is CommonJS and has an import", async (...row) => {
  const [file, text, renamed] = row;
  writeFileSync(join(directory.path, "package.json"), '{"type": "commonjs"}');
  const message = await messageOf(evaluate(text, { file }));
  expect(message).toContain(
    `it has import or export, but Node takes it for CommonJS: rename it to`,
  );
  expect(message).toContain(`rename it to ${renamed}, or set "type": "module"`);
  expect(message).toContain(`${file}:1`);
  expect(message).not.toMatch(/Warning|--trace/);
});

test("runEvaluation() shows where a JavaScript file cannot be parsed", async () => {
  const message = await messageOf(
    evaluate("export const a = 1;\nconst b c;\n", { file: "hookgate.config.mjs" }),
  );
  expect(message).toContain("hookgate.config.mjs:2");
  expect(message).toContain("SyntaxError");
});

test("runEvaluation() asks for a default export", async () => {
  expect(await messageOf(evaluate("export const config = {};"))).toContain(
    "has no default export: write `export default defineConfig({ … })`",
  );
});

test("runEvaluation() stops a file that never ends", async () => {
  const message = await messageOf(evaluate("for (;;);", { timeoutMs: 1_000 }));
  expect(message).toContain("it took longer than 1000 ms");
});

test("runEvaluation() bounds what a failing file prints", async () => {
  const message = await messageOf(
    evaluate('for (let n = 0; n < 50_000; n += 1) console.log("x".repeat(100)); throw 1;'),
  );
  expect(message.length).toBeLessThan(5_000);
});
