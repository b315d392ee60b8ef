import type { AdminHandlers, SourceStatusMessage } from "@hookgate/rpc";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const AT = Date.parse("2026-11-24T12:00:00.000Z");
const QUIET: SourceStatusMessage = {
  name: "stripe/eu",
  provider: "stripe",
  lastReceivedAtMs: AT,
  day: null,
  patience: {
    retries: true,
    note: "",
    outageFromMs: AT,
    outageToMs: AT + 60_000,
    nextRetryAtMs: AT + 120_000,
    givesUpAtMs: AT + 3_600_000,
    switchesOffAtMs: AT + 7_200_000,
    advice: "Nothing is to be done.",
  },
  silence: { sinceMs: AT, type: "", expected: 30, problem: "It has gone quiet\u001b[2J." },
  handshake: { everyMs: 1_000, problem: "late" },
  quietTypes: [],
};

let sources: SourceStatusMessage[];
let dispatcher: ScriptedDispatcher;
const admin: Partial<AdminHandlers> = { listSources: async () => ({ sources }) };

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher(admin);
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  sources = [QUIET];
});

test("hookgate sources shows what came, what is wrong, and what an outage means", async () => {
  const { out, code } = await dispatcher.call(["sources"]);
  expect(out).toMatch(/^SOURCE +PROVIDER +LAST +24 H +REFUSED +P99 +RETRIES +PROBLEM\n/);
  expect(out).toMatch(/stripe\/eu +stripe +\S+ +0 +0 +– +yes +It has gone quiet/);
  expect(out).toContain("Its handshake is late.");
  expect(out).toContain(
    "stripe/eu: our outage was from 2026-11-24T12:00:00.000Z to 2026-11-24T12:01:00.000Z, give or take a minute. It tries again next 2026-11-24T12:02:00.000Z. It gives up 2026-11-24T13:00:00.000Z. It switches the endpoint off 2026-11-24T14:00:00.000Z. Nothing is to be done.",
  );
  expect(out).not.toContain("\u001b");
  expect(code).toBe(0);
});

test("hookgate sources names quiet types, and a provider that never tries again", async () => {
  const quiet = { sinceMs: AT, type: "invoice.paid", expected: 9, problem: "Its type is quiet." };
  const { silence: _, ...rest } = QUIET;
  const patience = { retries: false, note: "", outageFromMs: AT, advice: "Ask Acme." };
  sources = [{ ...rest, quietTypes: [quiet], patience }];
  const { out } = await dispatcher.call(["sources"]);
  expect(out).toContain("Its type is quiet.");
  expect(out).toContain("to now. It never tries again. Ask Acme.");
});

test("hookgate sources --json writes an object for each, and sources says if there is none", async () => {
  const { out } = await dispatcher.call(["sources", "--json"]);
  const time = new Date(AT).toISOString();
  expect(JSON.parse(out)).toMatchObject({
    ...{ name: "stripe/eu", handshake: { problem: "late" } },
    ...{ lastReceivedAt: time, patience: { outageFrom: time } },
  });
  expect(out).not.toMatch(/"_|(?:At|From)Ms/);
  sources = [];
  expect((await dispatcher.call(["sources"])).err).toContain("No sources: add one");
});
