import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { freePorts, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { readSection, readSteps, runShell, runSteps, startLines } from "./suite/transcript.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MAIN = join(ROOT, "apps/cli/main.ts");
const BIN = join(ROOT, "node_modules/.bin");

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
  const tour = readSection("The 60-second tour");
  const [start, ...steps] = readSteps(tour);
  const child = spawn(process.execPath, [MAIN, "start"], {
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
    expect(startLines(printed)).toEqual(startLines(start?.output ?? ""));
    const shell = { cwd: ROOT, env };
    await runSteps(steps, shell);
    expect(runShell(readCurl(tour), shell)).toMatch(/"received":true/);
  } finally {
    await stop(child);
  }
}, 120_000);

function readCurl(section: string): string {
  const block = /^```sh\n(body=[\s\S]*?)^```/m.exec(section)?.[1] ?? "";
  return block.replace(":8080", ":$EDGE_PORT").replace("data/", "$DATA_DIR/");
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
