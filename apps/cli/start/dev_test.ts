import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { callHookgate } from "../suite/call_hookgate.ts";

const MAIN = join(import.meta.dirname, "../main.ts");

test("dev shows events as they come, and starts again when a file changes, or does not load", async () => {
  await using folder = await temporaryDirectory();
  const [edge, edgeOps, dispatcher, dispatcherOps] = await freePorts(4);
  await callHookgate(["init", folder.path], {});
  const env = {
    PATH: process.env["PATH"] ?? "",
    EDGE_PORT: String(edge),
    EDGE_OPS_PORT: String(edgeOps),
    DISPATCHER_ADDRESS: `127.0.0.1:${dispatcher}`,
    DISPATCHER_OPS_PORT: String(dispatcherOps),
    CONSOLE_PORT: "0",
    LOG_LEVEL: "warn",
  };
  const child = spawn(process.execPath, [MAIN, "dev"], {
    cwd: folder.path,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => (err += chunk));
  const until = (what: string, condition: () => unknown) =>
    waitFor(() => Boolean(condition()), { what, timeoutMs: 60_000 });
  const send = (type: string) =>
    new Promise<number | null>((resolve) => {
      const sent = spawn(process.execPath, [MAIN, "send", type], {
        cwd: folder.path,
        env,
        stdio: "ignore",
      });
      sent.once("exit", resolve);
    });
  const starts = () => out.match(/^npx hookgate send /gm)?.length ?? 0;
  const config = join(folder.path, "hookgate.config.ts");
  try {
    await until("the first start", () => starts() === 1);
    expect(await send("course.enrolled")).toBe(0);
    await until("the event", () => /evt_\w+ {2}academy {2}course\.enrolled/.test(out));

    const text = await readFile(config, "utf8");
    await writeFile(config, text.replace("academy:", "academy"));
    await until("the refusal", () => err.includes("ended (exit code 2); waiting for a change"));
    expect(err).toContain("hookgate.config.ts has changed: starting again");
    await writeFile(config, text);
    await until("the next start", () => starts() === 2);
    expect(await send("course.completed")).toBe(0);
    await until("the next event", () => /academy {2}course\.completed {2}unhandled/.test(out));
  } finally {
    child.kill("SIGINT");
  }
  expect(await once(child, "exit")).toEqual([0, null]);
}, 180_000);
