import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { freePorts, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";

const MAIN = join(import.meta.dirname, "../main.ts");

/** It runs a command in a terminal of its own. */
const { stdout: version } = spawnSync("script", ["--version"], { encoding: "utf8" });
const testTerminal = version?.includes("util-linux") ? test : test.skip;

testTerminal(
  "hookgate start and dev in a terminal have log lines for people, from each app",
  async () => {
    const [started, dev] = await Promise.all([shownBy("start"), shownBy("dev")]);
    for (const shown of [started, dev]) {
      expect(shown).toContain("\u001b[32minfo");
      const lines = stripVTControlCharacters(shown).split("\r\n");
      const time = /^\d\d:\d\d:\d\d\.\d{3} /;
      const logged = lines.filter((line) => time.test(line)).map((line) => line.slice(13));
      expect(logged).toContainEqual(expect.stringMatching(/^info {2}dispatcher {2}store opened/));
      expect(logged).toContainEqual(expect.stringMatching(/^info {2}edge {2}dispatcher connected/));
      expect(shown).not.toContain('{"level"');
    }
  },
  60_000,
);

/** What a command shows until the gateway has started. */
async function shownBy(command: string): Promise<string> {
  await using folder = await temporaryDirectory();
  const [edge, edgeOps, dispatcher, dispatcherOps] = await freePorts(4);
  const child = spawn("script", ["-qefc", `${process.execPath} ${MAIN} ${command}`, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...{ PATH: process.env["PATH"], TERM: "xterm", SHELL: "/bin/sh" },
      DATA_DIR: join(folder.path, "data"),
      EDGE_PORT: String(edge),
      EDGE_OPS_PORT: String(edgeOps),
      DISPATCHER_ADDRESS: `127.0.0.1:${dispatcher}`,
      DISPATCHER_OPS_PORT: String(dispatcherOps),
      CONSOLE_PORT: "0",
    },
  });
  const exited = once(child, "exit");
  let shown = "";
  child.stdout.on("data", (chunk) => (shown += chunk));
  try {
    const what = "the command to copy";
    await waitFor(() => shown.includes("npx hookgate send"), { what, timeoutMs: 30_000 });
    return shown;
  } finally {
    // Ctrl-C.
    child.stdin.write("\u0003");
    await exited;
  }
}
