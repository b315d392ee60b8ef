import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import type { FromHost } from "./handler_message.ts";
import { HostProcess, type HostProcessOptions, residentBytes } from "./host_process.ts";
import { HandlerFiles } from "./suite/handler_files.ts";

const OPTIONS: HostProcessOptions = {
  memoryBytesMax: 256 * 1024 ** 2,
  env: {},
  resolveHookUrl: "data:text/javascript,",
  output: null,
  yields: false,
  received() {},
  reported() {},
  ending() {},
  ended() {},
};

test("residentBytes() is what the process itself measures", async () => {
  const measured = await residentBytes(process.pid);
  const own = process.memoryUsage.rss();
  expect(measured).toBeGreaterThan(own * 0.8);
  expect(measured).toBeLessThan(own * 1.2);
});

test("residentBytes() of a process that has ended is null", async () => {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  expect(await residentBytes(child.pid ?? 0)).toBeNull();
});

test("HostProcess reads what a host says last, also where it sends to it meanwhile", async () => {
  using files = new HandlerFiles();
  const { target } = files.write("exits", "process.exit(6);");
  const messages: FromHost[] = [];
  const ended = Promise.withResolvers<string>();
  const host = new HostProcess({
    ...OPTIONS,
    received: (message) => messages.push(message),
    ended: ended.resolve,
  });
  await waitFor(() => messages.length > 0, { what: "the host", timeoutMs: 20_000 });
  host.send({ kind: "prepare", subscription: "exits", path: target.path });
  // It ends now, and nothing that it says is read.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  host.send({ kind: "resume" });
  host.send({ kind: "resume" });
  await ended.promise;
  expect(messages.at(-1)).toMatchObject({ kind: "fatal", error: "it exited with code 6" });
}, 30_000);

const testOnLinux = existsSync("/proc/self/autogroup") ? test : test.skip;

testOnLinux("HostProcess yields the processor to other sessions, too", async () => {
  const ended = Promise.withResolvers<string>();
  const host = new HostProcess({ ...OPTIONS, ended: ended.resolve });
  const share = () => readFile(`/proc/${host.pid}/autogroup`, "utf8");
  expect(await share()).toMatch(/ nice 0$/m);
  host.yield();
  expect(await share()).toMatch(/ nice 10$/m);
  host.stop();
  expect(await ended.promise).toBe("");
});
