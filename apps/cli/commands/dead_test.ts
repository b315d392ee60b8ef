import { deliveryToMessage, eventToMessage } from "@hookgate/rpc";
import { makeEvent } from "@hookgate/testing";
import { type Delivery, newId, type ReceivedEvent } from "@hookgate/types";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { endedDelivery } from "../suite/fixtures.ts";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

/** What the fake dispatcher has, newest first, and what it was asked. */
let stored: { event: ReceivedEvent; deliveries: Delivery[] }[] = [];
let asked: object[] = [];
let dispatcher: ScriptedDispatcher;

/** A page is never longer than this. */
const PAGE_EVENTS_MAX = 2;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async listEvents(request) {
      asked.push(request);
      const at = Number(request.pageToken);
      const end = at + Math.min(request.pageSize, PAGE_EVENTS_MAX);
      const events = stored.slice(at, end).map(({ event, deliveries }) => ({
        event: eventToMessage(event),
        bodyBytes: event.body.length,
        deliveries: deliveries.map(deliveryToMessage),
      }));
      return { events, nextPageToken: end < stored.length ? String(end) : "", notes: [] };
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  stored = [];
  asked = [];
});

function dead(changes: Partial<Delivery> = {}): Delivery {
  const id = newId("dlv");
  return endedDelivery({
    ...{ id, subscription: "crm", state: "dead", attempt: 9, reason: "out of attempts: 500" },
    ...changes,
  });
}

test("hookgate dead lists dead deliveries, newest first, and says how to replay them", async () => {
  const [first, second, third] = [dead(), dead({ subscription: "ledger" }), dead()];
  stored = [
    { event: makeEvent(), deliveries: [first, endedDelivery(), second] },
    { event: makeEvent({ type: "\x1b[2J" }), deliveries: [third] },
  ];
  const { code, out, err } = await dispatcher.call(["dead"]);
  expect(code).toBe(0);
  const [title, ...rows] = out
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {2,}/));
  expect(title).toEqual(["DELIVERY", "TYPE", "SUBSCRIPTION", "ATTEMPTS", "EVENT", "REASON"]);
  const event = stored[0]?.event.id;
  expect(rows).toEqual([
    [first.id, "payment.success", "crm", "9", event, "out of attempts: 500"],
    [second.id, "payment.success", "ledger", "9", event, "out of attempts: 500"],
    [third.id, "\\u001b[2J", "crm", "9", stored[1]?.event.id, "out of attempts: 500"],
  ]);
  expect(err).toBe('\nReplay them: npx hookgate replay --state dead --reason "…"\n');
});

test("hookgate dead says which order key a delivery holds back", async () => {
  const keyed = dead({ order: { key: '"cus_1"', position: 3 } });
  const keyless = dead({ subscription: "ledger", order: { key: "", position: 1 } });
  stored = [{ event: makeEvent(), deliveries: [keyed, keyless] }];
  const { out } = await dispatcher.call(["dead"]);
  expect(out).toContain('holds back key "cus_1": out of attempts: 500\n');
  expect(out).toContain("holds back events without a key: out of attempts: 500\n");
  const { out: json } = await dispatcher.call(["dead", "--json"]);
  const [line = ""] = json.split("\n");
  expect(JSON.parse(line)).toMatchObject({ id: keyed.id, order: { key: '"cus_1"', position: 3 } });
});

test("hookgate dead asks for what its options say, and its advice means the same", async () => {
  const wanted = dead();
  stored = [{ event: makeEvent(), deliveries: [dead({ subscription: "ledger" }), wanted] }];
  const filter = ["--subscription", "crm", "--source", "stripe/eu", "--type", "it's new"];
  const { out, err } = await dispatcher.call(["dead", ...filter, "--limit", "7"]);
  expect(asked).toMatchObject([
    {
      ...{ subscription: "crm", source: "stripe/eu", type: "it's new" },
      ...{ state: "DELIVERY_STATE_DEAD", pageSize: 7 },
    },
  ]);
  expect(out.trimEnd().split("\n")).toHaveLength(2);
  expect(out).toContain(wanted.id);
  expect(err).toContain(
    `--state dead --subscription crm --source stripe/eu --type 'it'\\''s new' --reason "…"\n`,
  );
});

test("hookgate dead leaves out what was repeated already, and looks on until there are enough", async () => {
  const repeated = [
    dead({ generation: 1 }),
    endedDelivery({ id: newId("dlv"), subscription: "crm", generation: 2 }),
  ];
  const latest = [dead({ generation: 1 }), dead({ generation: 2 })];
  stored = [
    ...Array.from({ length: 5 }, () => ({ event: makeEvent(), deliveries: repeated })),
    { event: makeEvent(), deliveries: latest },
    { event: makeEvent(), deliveries: [dead(), dead({ subscription: "ledger" })] },
  ];
  const { out, err } = await dispatcher.call(["dead", "--json", "--limit", "2"]);
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ id }) => id)).toEqual([latest[1]?.id, stored[6]?.deliveries[0]?.id]);
  expect(err).toBe("");
});

test("hookgate dead --json prints one object per line", async () => {
  const event = makeEvent();
  const delivery = dead({ reason: "no\n" });
  stored = [{ event, deliveries: [delivery] }];
  const { out } = await dispatcher.call(["dead", "--json"]);
  expect(JSON.parse(out)).toEqual({
    id: delivery.id,
    eventId: event.id,
    source: "academy",
    type: "payment.success",
    receivedAt: new Date(event.receivedAt).toISOString(),
    subscription: "crm",
    attempt: 9,
    reason: "no\n",
    order: null,
  });
});

test("hookgate dead fits a terminal of 80 columns, ids whole", async () => {
  const delivery = dead({ subscription: "customer-relations", reason: "no ".repeat(50) });
  const event = makeEvent({ type: "long.".repeat(10) });
  stored = [{ event, deliveries: [delivery] }];
  const { out } = await dispatcher.call(["dead"], { columns: 80 });
  const lines = out.trimEnd().split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(new RegExp(`^${delivery.id}  long.*…  customer.*…  9$`));
  expect(lines[3]).toMatch(new RegExp(`^  ${event.id}  no no .*…$`));
});

test("hookgate dead says that there are none", async () => {
  const none = { code: 0, out: "", err: "No dead deliveries.\n" };
  expect(await dispatcher.call(["dead"])).toMatchObject(none);
  expect(await dispatcher.call(["dead", "--json"])).toMatchObject({ ...none, err: "" });
});
