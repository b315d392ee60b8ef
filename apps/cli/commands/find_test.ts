import { type AdminHandlers, eventToMessage, type FindInBodiesResponse } from "@hookgate/rpc";
import { makeEvent } from "@hookgate/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const event = makeEvent({ type: "a\u001b[2J" });
const SUMMARY = { event: eventToMessage(event), bodyBytes: 1, deliveries: [] };
const NONE = {
  ...{ event: null, replay: null, quarantined: null, failure: null },
  ...{ proposal: null, change: null, auditRecord: null },
};

let found: Awaited<ReturnType<AdminHandlers["find"]>>;
let parts: FindInBodiesResponse[];
let asked: Record<string, unknown>[];
let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async find(request) {
      asked.push({ ...request });
      return found;
    },
    async findInBodies(request) {
      asked.push({ ...request });
      const part = parts.shift();
      if (!part) throw new Error("there is no further part");
      return part;
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  asked = [];
  found = { found: [{ ...NONE, what: "event", id: event.id, event: SUMMARY }], notes: [] };
});

test("hookgate find shows what an id names, and what to do next", async () => {
  const { code, out, err } = await dispatcher.call(["find", event.id]);
  expect(code).toBe(0);
  expect(out).toContain(`${event.id}  event  unhandled: a\\u001b[2J from academy`);
  expect(err).toContain(`npx hookgate event ${event.id}\n`);
  expect(asked).toEqual([{ text: event.id }]);
  const { out: json } = await dispatcher.call(["find", "--json", "any", "text"]);
  expect(JSON.parse(json)).toMatchObject({ what: "event", event: { id: event.id } });
  expect(asked[1]).toEqual({ text: "any text" });
});

test("hookgate find says that nothing is known, and why that may be", async () => {
  found = { found: [], notes: ["search their bodies for it"] };
  const { code, err } = await dispatcher.call(["find", "pi_1"]);
  expect(code).toBe(1);
  expect(err).toBe('Note: search their bodies for it\nNothing is found by "pi_1"\n');
});

function part(changes: Partial<FindInBodiesResponse>): FindInBodiesResponse {
  const counts = { searched: 0, total: 41_200, countedMax: 1_000_000, skipped: 0 };
  return { events: [], ...counts, nextPageToken: "", searchedFromMs: 0, notes: [], ...changes };
}

test("hookgate events --where searches to the end, and says how much that was", async () => {
  parts = [
    part({ searched: 20_000, nextPageToken: "next", notes: ["no source is called that now"] }),
    part({ searched: 41_190, skipped: 10, events: [SUMMARY] }),
  ];
  const args = [
    "events",
    "--source",
    "academy",
    "--where",
    "/data/customer=a=b",
    "--from",
    "2026-01-02",
  ];
  const { code, out, err } = await dispatcher.call(args);
  expect(code).toBe(0);
  expect(out.split("\n")[1]).toContain(event.id);
  expect(err).toBe(
    "Note: no source is called that now\nSearched 41,190 of 41,200 events (10 too large to search).\n",
  );
  const where = { pointer: "/data/customer", value: "a=b" };
  const request = { source: "academy", type: "", text: "", where, limit: 50 };
  const fromMs = Date.parse("2026-01-02");
  expect(asked).toMatchObject([
    { ...request, fromMs, pageToken: "" },
    { ...request, fromMs, pageToken: "next" },
  ]);
});

test("hookgate events --text stops at its limit, and says where to go on", async () => {
  parts = [part({ searched: 7, events: [SUMMARY], nextPageToken: "next", searchedFromMs: 999 })];
  const args = ["events", "--source", "academy", "--text", "cus_1", "--limit", "1", "--json"];
  const { out, err } = await dispatcher.call(args);
  expect(JSON.parse(out)).toMatchObject({ id: event.id });
  expect(err).toBe(
    "Searched 7 of 41,200 events, back to 1970-01-01T00:00:00.999Z: go on with --to 1970-01-01T00:00:01.000Z.\n",
  );
});

test.each([
  [["--text", "a"]],
  [["--source", "academy", "--where", "customer"]],
  [["--source", "academy", "--where", "/a=1", "--text", "a"]],
  [["--source", "academy", "--text", "a", "--state", "dead"]],
])("hookgate events %s is refused", async (args) => {
  expect(await dispatcher.call(["events", ...args])).toMatchObject({ code: 2, out: "" });
  expect(asked).toEqual([]);
});

test("hookgate find names a failure as the list of failures does", async () => {
  const id = `flr_${"0".repeat(32)}`;
  const failure = { id, subscription: "crm", state: "open" };
  const of = (part: object) => [{ ...NONE, what: "failure", id, failure: { ...failure, ...part } }];
  const answered = { kind: "failed", errorClass: "429", message: "… answered …" };
  found = { found: of(answered), notes: [] } as never;
  expect((await dispatcher.call(["find", id])).out).toContain("open at crm: 429: … answered …");
  const lost = { kind: "host_lost", errorClass: "", message: "handler host lost: it exited" };
  found = { found: of(lost), notes: [] } as never;
  expect((await dispatcher.call(["find", id])).out).toContain("open at crm: handler host lost: it");
});

test.each([
  [
    { what: "proposal", proposal: { state: "waiting", by: "ai", summary: "Repeat 2 deliveries" } },
    "prp",
    "waiting, by ai: Repeat 2 deliveries",
    "npx hookgate approve prp_",
  ],
  [
    { what: "change", change: { kind: "pause", subject: "crm", text: "paused", atMs: 0 } },
    "chg",
    "pause at 1970-01-01T00:00:00.000Z: crm paused",
    "npx hookgate changes --kind pause",
  ],
  [
    {
      what: "audit_record",
      auditRecord: { caller: "ana", action: "pause", target: "crm", outcome: "done", atMs: 0 },
    },
    "aud",
    "pause crm, by ana at 1970-01-01T00:00:00.000Z: done",
    "npx hookgate audit",
  ],
])(
  "hookgate find says of %j what it is about, and what shows more",
  async (part, prefix, about, next) => {
    const id = `${prefix}_${"0".repeat(32)}`;
    found = { found: [{ ...NONE, id, ...part }], notes: [] } as never;
    const { out, err } = await dispatcher.call(["find", id]);
    expect(out).toContain(`${part.what.replace("_", " ")}  ${about}`);
    expect(err).toContain(next);
    const { out: json } = await dispatcher.call(["find", id, "--json"]);
    expect(JSON.parse(json)).toMatchObject({ what: part.what, id });
  },
);

test("hookgate find takes the name of a subscription", async () => {
  found = { found: [{ ...NONE, what: "subscription", id: "crm" }], notes: [] };
  const { err } = await dispatcher.call(["find", "crm"]);
  expect(err).toBe("\nnpx hookgate subscriptions\nnpx hookgate events --subscription crm\n");
});
