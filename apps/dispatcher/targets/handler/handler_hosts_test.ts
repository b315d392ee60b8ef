import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { waitFor } from "@hookgate/testing";
import { expect, jest, test } from "@jest/globals";
import { recordingLog } from "../../suite/recording_log.ts";
import { makeHosts } from "./suite/make_hosts.ts";

// Real processes, on machines that may be busy.
jest.setTimeout(60_000);

test("HandlerHosts keeps trying, more and more slowly, if hosts die at their start", async () => {
  const { log, lines } = recordingLog();
  const waits: number[] = [];
  const random = () => {
    waits.push(performance.now());
    return 0.5;
  };
  const hosts = makeHosts({ count: 1, resolveHookUrl: "file:///no/such/hook.ts", random, log });
  hosts.start();
  await waitFor(() => waits.length === 4, { what: "four hosts", timeoutMs: 20_000 });
  await hosts.close({ graceMs: 1_000 });
  expect(hosts.pids).toEqual([]);
  expect(lines.length).toBe(4);
  expect(new Set(lines.map(({ message }) => message))).toEqual(
    new Set(["handler host did not start"]),
  );
  expect(lines[0]?.fields).toMatchObject({ reason: "it exited with code 1", attempts: 0 });
  // Half of 100, 200 and 400 ms, each with the life of a process on top.
  const [first = 0, second = 0, third = 0, fourth = 0] = waits;
  expect(second - first).toBeGreaterThan(50);
  expect(third - second).toBeGreaterThan(100);
  expect(fourth - third).toBeGreaterThan(200);
});

test("HandlerHosts keeps trying if no process can be started at all", async () => {
  const { log, lines } = recordingLog();
  const hosts = makeHosts({
    count: 2,
    resolveHookUrl: "an argument with a NUL in it: \0",
    random: () => 0.1,
    log,
  });
  hosts.start();
  await waitFor(() => lines.length >= 3, { what: "three tries" });
  await hosts.close({ graceMs: 1_000 });
  expect(lines[0]?.message).toBe("handler host did not start");
});

test("HandlerHosts keeps trying while no file can be opened", async () => {
  const program = join(import.meta.dirname, "suite/few_files_program.ts");
  const limited = ["-c", 'ulimit -n 64; exec "$@"', "sh", process.execPath, program];
  const { stdout } = await promisify(execFile)("sh", limited);
  const [first] = JSON.parse(stdout);
  expect(first).toMatchObject({
    message: "handler host did not start",
    fields: { reason: expect.stringContaining("EMFILE") },
  });
});

test("HandlerHosts starts no process before it is told to, or has an attempt", async () => {
  const { log, lines } = recordingLog();
  const hosts = makeHosts({
    count: 2,
    resolveHookUrl: "an argument with a NUL in it: \0",
    random: () => 0.1,
    log,
  });
  hosts.tick(1_000);
  expect([hosts.pids, lines]).toEqual([[], []]);
  await hosts.close({ graceMs: 0 });
});
