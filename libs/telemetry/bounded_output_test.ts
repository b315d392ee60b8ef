import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "@hookgate/testing";
import { afterAll, afterEach, expect, test } from "@jest/globals";

const folder = mkdtempSync(join(tmpdir(), "hookgate-output-"));
const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
let child: ChildProcess | null = null;

afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => void child?.kill("SIGKILL"));

/** Logs about 2 MB a second, answers each message, ends on SIGTERM. */
const CHATTY = `
import { createLog } from ${url("./create_log.ts")};
const log = createLog({ name: "x", level: "info" });
setInterval(() => { for (let n = 0; n < 20; n += 1) log.info("x".repeat(1_000)); }, 10);
process.on("message", (message) => process.send(message));
process.on("SIGTERM", () => process.exit(0));
process.send("started");
`;

function run(program: string, { stderr }: { stderr: number | "pipe" }): ChildProcess {
  const args = ["--input-type=module", "--eval", program];
  return spawn(process.execPath, args, { stdio: ["ignore", "inherit", stderr, "ipc"] });
}

test.each<[string, () => ChildProcess]>([
  [
    "a full disk",
    () => {
      const fd = openSync("/dev/full", "w");
      const started = run(CHATTY, { stderr: fd });
      closeSync(fd);
      return started;
    },
  ],
  ["a pipe that nobody reads", () => run(CHATTY, { stderr: "pipe" })],
  [
    "a pipe whose reader is gone",
    () => {
      const started = run(CHATTY, { stderr: "pipe" });
      started.stderr?.destroy();
      return started;
    },
  ],
])(
  "a process that logs to %s still answers, and ends when it is asked to",
  async (_, start) => {
    child = start();
    expect(await once(child, "message")).toContain("started");
    // Longer than it takes to fill the pipe and the memory for lines.
    const endsAt = performance.now() + 3_000;
    while (performance.now() < endsAt) {
      child.send("alive?");
      expect(await once(child, "message", { signal: AbortSignal.timeout(2_000) })).toContain(
        "alive?",
      );
    }
    child.kill("SIGTERM");
    expect(await once(child, "exit", { signal: AbortSignal.timeout(2_000) })).toEqual([0, null]);
  },
  30_000,
);

test("BoundedOutput keeps lines while the disk is full, drops what is too much, and resumes by itself", async () => {
  const file = join(folder, "log");
  writeFileSync(file, "");
  const program = `
    import { BoundedOutput } from ${url("./bounded_output.ts")};
    const output = new BoundedOutput(2, {
      bytesMax: 8_000,
      resumed: (lines) => output.write("dropped " + lines + "\\n"),
    });
    process.on("message", () => {});
    for (let n = 0; n < 40; n += 1) output.write("line " + n + " " + "x".repeat(990) + "\\n");
  `;
  writeFileSync(join(folder, "program.mjs"), program);
  // A file that may not grow past 4 KiB stands for a full disk.
  const limited = `trap '' XFSZ; ulimit -f 4; exec "$0" program.mjs 2>>log`;
  child = spawn("bash", ["-c", limited, process.execPath], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let written = "";
  await waitFor(
    () => {
      const text = readFileSync(file, "utf8");
      if (text.length === 0) return false;
      truncateSync(file);
      written += text;
      return written.includes("dropped");
    },
    { what: "the dropped lines", timeoutMs: 20_000 },
  );
  const lines = written.trimEnd().split("\n");
  const kept = lines.slice(0, -1).map((line) => Number(line.split(" ")[1]));
  expect(kept).toEqual(kept.map((_, index) => index));
  expect(kept.length).toBeGreaterThan(0);
  expect(lines.at(-1)).toBe(`dropped ${40 - kept.length}`);
}, 30_000);
