import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "@jest/globals";
import { residentBytes } from "./host_process.ts";

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
