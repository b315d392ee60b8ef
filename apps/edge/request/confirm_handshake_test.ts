import type { FetchBounds, OutsideFetch } from "@hookgate/outbound";
import { expect, test } from "@jest/globals";
import { keptLog } from "../suite/kept_log.ts";
import { confirmHandshake } from "./confirm_handshake.ts";

const URL = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t0ken";
const TIME = { timeoutMs: 5_000 };

function start(fetch: OutsideFetch) {
  const { log, lines } = keptLog();
  return { confirm: confirmHandshake({ fetch, log, monotonic: () => 0 }), lines };
}

const NOTHING = new Uint8Array(0);

test("confirmHandshake() fetches the URL, within its bounds", async () => {
  const fetches: [string, FetchBounds][] = [];
  const { confirm, lines } = start(async (url, bounds) => {
    fetches.push([url, bounds]);
    return { status: 200, body: NOTHING };
  });
  expect(await confirm(URL, TIME)).toBe(true);
  expect(await confirm(URL, { timeoutMs: 300 })).toBe(true);
  expect(await confirm(URL, { timeoutMs: 0 })).toBe(false);
  expect(fetches).toEqual([
    [URL, { timeoutMs: 1_500, bytesMax: 65_536 }],
    [URL, { timeoutMs: 300, bytesMax: 65_536 }],
  ]);
  expect(lines).toEqual([]);
});

test.each([302, 403, 404, 500])("confirmHandshake() treats %i as a failure", async (status) => {
  const { confirm, lines } = start(async () => ({ status, body: NOTHING }));
  expect(await confirm(URL, TIME)).toBe(false);
  const msg = "cannot confirm a handshake, answered 503";
  expect(lines).toMatchObject([{ level: "warn", msg, status }]);
  expect(JSON.stringify(lines)).not.toContain("t0ken");
});

test("confirmHandshake() treats an error as a failure", async () => {
  const { confirm, lines } = start(() => Promise.reject(new Error("no route")));
  expect(await confirm(URL, TIME)).toBe(false);
  expect(lines).toMatchObject([{ err: { message: "no route" } }]);
});

test("confirmHandshake() confirms at most eight at once", async () => {
  const answer = Promise.withResolvers<{ status: number; body: Uint8Array }>();
  const { confirm } = start(() => answer.promise);
  const all = Array.from({ length: 9 }, () => confirm(URL, TIME));
  expect(await all[8]).toBe(false);
  answer.resolve({ status: 200, body: NOTHING });
  expect(await Promise.all(all)).toEqual([...Array(8).fill(true), false]);
  expect(await confirm(URL, TIME)).toBe(true);
});
