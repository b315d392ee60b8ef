import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePorts, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";

const ROOT = resolve(import.meta.dirname, "../..");
const MAIN = join(ROOT, "tools/start/main.ts");
const BIN = join(ROOT, "node_modules/.bin");

/** A command of the README, and what it prints there. */
interface Step {
  command: string;
  output: string;
}

test("the README's tour prints what the README says", async () => {
  await using folder = await temporaryDirectory();
  const [edge, edgeOps, dispatcher, dispatcherOps] = await freePorts(4);
  const env = {
    PATH: `${BIN}:${process.env["PATH"]}`,
    DATA_DIR: join(folder.path, "data"),
    EDGE_PORT: String(edge),
    EDGE_OPS_PORT: String(edgeOps),
    DISPATCHER_ADDRESS: `127.0.0.1:${dispatcher}`,
    DISPATCHER_OPS_PORT: String(dispatcherOps),
    CONSOLE_PORT: "0",
  };
  const [start, ...steps] = readTour();
  const child = spawn(process.execPath, [MAIN], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let printed = "";
    child.stdout?.on("data", (chunk) => (printed += chunk));
    const what = "the command to copy";
    await waitFor(() => /npx hookgate send .*\n/.test(printed), { what, timeoutMs: 30_000 });
    expect(start?.command).toBe("npm start");
    expect(lines(printed)).toEqual(lines(start?.output ?? ""));
    await runSteps(steps, env);
    expect(runShell(readCurl(), env)).toMatch(/"received":true/);
  } finally {
    await stop(child);
  }
}, 120_000);

/** Runs each command, with the id that an earlier one printed in place of the README's. */
async function runSteps(steps: readonly Step[], env: Record<string, string>): Promise<void> {
  let event = "";
  for (const { command, output } of steps) {
    const real = command.replace(/evt_[0-9a-f]{32}/, event);
    let printed = "";
    const prints = () => {
      printed = runShell(real, env);
      return shape(printed) === shape(output);
    };
    // A delivery takes a moment: `events` may show it under way.
    await waitFor(prints, { what: `the output of ${command}`, timeoutMs: 20_000 }).catch(() => {
      expect(shape(printed)).toBe(shape(output));
    });
    event = /evt_[0-9a-f]{32}/.exec(printed)?.[0] ?? event;
  }
}

/** The commands of the tour with their output, in order. */
function readTour(): Step[] {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```console\n([\s\S]*?)^```/gm)].map(
    (found) => found[1] ?? "",
  );
  return blocks.flatMap((block) => {
    return block
      .split(/^\$ /m)
      .filter((step) => step !== "")
      .map((step) => {
        const [command = "", ...output] = step.split("\n");
        return { command, output: output.join("\n") };
      });
  });
}

function readCurl(): string {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const block = /^```sh\n(body=[\s\S]*?)^```/m.exec(readme)?.[1] ?? "";
  return block.replace(":8080", ":$EDGE_PORT").replace("data/", "$DATA_DIR/");
}

function runShell(command: string, env: Record<string, string>): string {
  return spawnSync("bash", ["-c", command], { cwd: ROOT, env, encoding: "utf8" }).stdout;
}

/** Output without what differs from run to run. */
function shape(output: string): string {
  return output
    .replace(/\b(evt|dlv)_[0-9a-f]{32}/g, "$1_…")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/\d+ms\b|\d+ ms\b|\d+s ago|just now/g, "SPAN")
    .replace(/\d+ bytes/g, "N bytes")
    .replace(/\b[0-9a-f]{64}\b/g, "SHA256")
    .trim();
}

/** Lines in any order, since both apps start at once, without ports and what the command says because of them. */
function lines(text: string): string[] {
  const usual = text.replace(/DATA_DIR=\S+ | --url \S+/g, "").replace(/:\d{4,5}\b/g, ":PORT");
  return usual.trim().split("\n").sort();
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
