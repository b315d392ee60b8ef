import type { AllowedIps } from "@hookgate/types";
import { afterEach, expect, test } from "@jest/globals";
import { eventBody, type RunningEdge, readAnswer, runEdge } from "../suite/run_edge.ts";

const RANGES = ["203.0.113.7", "198.51.100.0/24", "2001:db8:5::/48"];

let running: RunningEdge;

afterEach(() => running.stop());

async function run(mode: AllowedIps["mode"]): Promise<void> {
  running = await runEdge({
    allowedIps: { mode, ranges: RANGES },
    trustedProxies: ["127.0.0.0/8", "10.0.0.0/8"],
  });
}

async function statusOf(headers: Record<string, string>): Promise<number> {
  return (await running.post(eventBody(), { headers })).status;
}

test("checkAddress() enforces an allow list, behind trusted proxies", async () => {
  await run("enforce");
  const statuses: Record<string, number> = {};
  for (const hops of [
    "203.0.113.7",
    "203.0.113.8",
    "198.51.100.200",
    "::ffff:198.51.100.200",
    "2001:db8:5::1",
    "2001:db8:6::1",
    "203.0.113.7, 203.0.113.8",
    "203.0.113.8, 203.0.113.7",
    "203.0.113.7, 10.1.2.3",
    "rubbish",
  ]) {
    statuses[hops] = await statusOf({ "x-forwarded-for": hops });
  }
  expect(statuses).toEqual({
    "203.0.113.7": 200,
    "203.0.113.8": 403,
    "198.51.100.200": 200,
    "::ffff:198.51.100.200": 200,
    "2001:db8:5::1": 200,
    "2001:db8:6::1": 403,
    "203.0.113.7, 203.0.113.8": 403,
    "203.0.113.8, 203.0.113.7": 200,
    "203.0.113.7, 10.1.2.3": 200,
    rubbish: 403,
  });
  expect(await statusOf({ forwarded: 'for="[2001:db8:5::9]:443"' })).toBe(200);
  expect(await statusOf({})).toBe(403);
  expect(running.dispatcher.events.map(({ address }) => address)).toContain("198.51.100.200");
});

test("checkAddress() answers 403 in the form of every error, before the body is looked at", async () => {
  await run("enforce");
  const answer = await running.post("{}", { headers: { "x-webhook-signature": "rubbish" } });
  expect(answer.status).toBe(403);
  expect(await readAnswer(answer)).toEqual({
    error: "address_not_allowed",
    message: "This address may not send to this source.",
  });
});

test("checkAddress() in shadow mode lets all pass, and logs the addresses it would refuse", async () => {
  await run("shadow");
  expect(await statusOf({ "x-forwarded-for": "203.0.113.7" })).toBe(200);
  expect(await statusOf({ "x-forwarded-for": "203.0.113.8" })).toBe(200);
  expect(running.dispatcher.events.map(({ flags }) => flags)).toEqual([[], ["address_shadow"]]);
  const lines = running.lines.filter(
    ({ msg }) => msg === "address not allowed, accepted in shadow mode",
  );
  expect(lines).toMatchObject([{ level: "info", source: "academy", address: "203.0.113.8" }]);
});

test("checkAddress() does nothing if it is off", async () => {
  await run("off");
  expect(await statusOf({ "x-forwarded-for": "203.0.113.8" })).toBe(200);
  expect(
    running.lines.filter(({ msg }) => msg === "address not allowed, accepted in shadow mode"),
  ).toEqual([]);
});
