import type { AdminHandlers, AuditRecordMessage } from "@hookgate/rpc";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const AT = "2026-11-24T12:00:00.000Z";
const ENTRY: AuditRecordMessage = {
  id: "aud_1",
  atMs: Date.parse(AT),
  caller: "ana@example.com",
  action: "pause",
  target: "crm",
  reason: "it \u001b[2J",
  outcome: "done",
};

let entries: AuditRecordMessage[];
let asked: object[];
let dispatcher: ScriptedDispatcher;

const admin: Partial<AdminHandlers> = {
  async listAudit(request) {
    asked.push(request);
    return { entries, nextPageToken: "" };
  },
};

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher(admin);
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  entries = [ENTRY];
  asked = [];
});

test("hookgate audit shows who did what, when and why", async () => {
  const { code, out } = await dispatcher.call(["audit"], {});
  expect(code).toBe(0);
  const [title, line] = out.split("\n").map((text) => text.split(/ {2,}/));
  expect(title).toEqual(["WHEN", "WHO", "WHAT", "TO", "WHY", "OUTCOME"]);
  expect(line).toEqual([AT, "ana@example.com", "pause", "crm", "it \\u001b[2J", "done"]);
  expect(asked).toEqual([{ pageSize: 50, pageToken: "" }]);
});

test("hookgate audit --json prints one object per line, since a time", async () => {
  const args = ["audit", "--json", "--since", "2026-11-24T11:00:00Z", "--limit", "7"];
  const { out } = await dispatcher.call(args, {});
  const { atMs: _, ...rest } = ENTRY;
  expect(JSON.parse(out)).toEqual({ at: AT, ...rest });
  const sinceMs = Date.parse("2026-11-24T11:00:00Z");
  expect(asked).toMatchObject([{ pageSize: 7, pageToken: "", sinceMs }]);
});

test("hookgate audit says that nothing was changed", async () => {
  entries = [];
  expect(await dispatcher.call(["audit"], {})).toMatchObject({
    code: 0,
    out: "",
    err: "Nothing was changed.\n",
  });
  expect((await dispatcher.call(["audit", "--since", "soon"], {})).code).toBe(2);
});
