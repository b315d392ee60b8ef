import type { EraseSubjectRequest, EraseSubjectResponse } from "@hookgate/rpc";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

let answer: EraseSubjectResponse;
let asked: EraseSubjectRequest[];
let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    listEvents: async () => ({ events: [], notes: [], nextPageToken: "" }),
    async eraseSubject(request) {
      asked.push(request);
      return answer;
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  answer = {
    keys: [
      { source: "crm", month: "2026-11" },
      { source: "crm", month: "2026-12" },
      { source: "stripe/eu", month: "2026-12" },
    ],
    inForceMs: 0,
  };
  asked = [];
});

const ERASE = ["erase", "--subject", "ana", "--reason", "request 4711"];

test("hookgate erase says which keys it deleted", async () => {
  const { code, out } = await dispatcher.call([...ERASE, "--yes"]);
  expect(code).toBe(0);
  expect(out).toBe("Deleted 3 keys: of crm 2026-11, 2026-12; of stripe/eu 2026-12\n");
  const request = { subject: "ana", source: "", reason: "request 4711", dryRun: false };
  expect(asked).toEqual([request]);
});

test("hookgate erase says how long other dispatchers may use what they have in memory", async () => {
  answer = { keys: [{ source: "crm", month: "2026-11" }], inForceMs: 5_000 };
  const { out } = await dispatcher.call([...ERASE, "--yes", "--source", "crm"]);
  expect(out).toBe("Deleted 1 key: of crm 2026-11; every dispatcher has forgotten them in 5 s\n");
  expect(asked).toMatchObject([{ source: "crm" }]);
});

test("hookgate erase --json is for a program", async () => {
  const { out } = await dispatcher.call([...ERASE, "--yes", "--json"]);
  expect(JSON.parse(out)).toEqual(answer);
});

test("hookgate erase --dry-run deletes nothing", async () => {
  const { code, out } = await dispatcher.call([...ERASE, "--dry-run"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^Would delete 3 keys/);
  expect(asked).toMatchObject([{ dryRun: true }]);
});

test("hookgate erase of somebody unknown fails", async () => {
  answer = { keys: [], inForceMs: 0 };
  const { code, err } = await dispatcher.call([...ERASE, "--yes"]);
  expect(code).toBe(1);
  expect(err).toContain("Nothing is encrypted about this subject");
});

test.each([
  ["without asking", ERASE, /--yes/],
  ["without a reason", ["erase", "--subject", "ana", "--reason", " ", "--yes"], /--reason/],
  ["nobody", ["erase", "--subject", "", "--reason", "x", "--yes"], /--subject is empty/],
])("hookgate erase refuses to erase %s", async (_what, args, says) => {
  const { code, err } = await dispatcher.call(args);
  expect(code).toBe(2);
  expect(err).toMatch(says);
  expect(asked).toEqual([]);
});
