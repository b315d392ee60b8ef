import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";

const folder = mkdtempSync(join(tmpdir(), "hookgate-main-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(env: Record<string, string>) {
  const main = join(import.meta.dirname, "main.ts");
  return spawnSync(process.execPath, [main], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, DATA_DIR: join(folder, "data"), ...env },
  });
}

test("npm start tells a bad environment once, every problem of it, and exits with 2", () => {
  const { status, stdout, stderr } = start({ EDGE_PORT: "many", DISPATCHER_ADDRESS: "here" });
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr.match(/EDGE_PORT/g)).toHaveLength(1);
  expect(stderr.match(/DISPATCHER_ADDRESS/g)).toHaveLength(1);
});

test("npm start tells a bad configuration once, and exits with 2", () => {
  const file = join(folder, "hookgate.config.ts");
  writeFileSync(
    file,
    "export default { sources: { academy: { provider: 'nobody', secrets: ['s'] } } };\n",
  );
  const { status, stdout, stderr } = start({ HOOKGATE_CONFIG: file });
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr.match(/sources\.academy\.provider/g)).toHaveLength(1);
});

test("npm start refuses a Node that is too old, in words", () => {
  const guard = JSON.stringify(join(import.meta.dirname, "assert_node.cjs"));
  const pretend = `Object.defineProperty(process.versions, "node", { value: "20.20.0" });`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--eval", `${pretend} require(${guard})`],
    {
      encoding: "utf8",
    },
  );
  expect(status).toBe(1);
  expect(stderr).toContain(
    "Cannot start: Hookgate brings Node 24 as a package, and this is Node 20.20.0.",
  );
});
