import { type CreateCopyRequest, eventToMessage } from "@hookgate/rpc";
import { makeEvent } from "@hookgate/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

let body: string;
let isProtected: boolean;
let asked: CreateCopyRequest[];
let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async getEvent() {
      const protection = { done: ["masked /n"], sealed: new Uint8Array(0) };
      const event = eventToMessage(
        makeEvent({ body: Buffer.from(body), ...(isProtected && { protection }) }),
      );
      return { event, deliveries: [], skipped: [] };
    },
    async createCopy(request) {
      asked.push(request);
      return { eventId: "evt_2", deliveryId: "dlv_2" };
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  body = '{"type":"a","data":{"amount":1,"a/b":[1,2]}}';
  isProtected = false;
  asked = [];
});

const TO = ["copy", "evt_1", "--to", "crm", "--reason", "to try it"];
const sent = () => JSON.parse(Buffer.from(asked[0]?.body ?? []).toString());

test("hookgate copy changes fields of a body, for one subscription", async () => {
  const changes = ["/data/amount=4200", "/data/a~1b/1=x", "/data/new={}", "/__proto__=1"];
  const { code, out } = await dispatcher.call([...TO, "--set", ...changes]);
  expect(code).toBe(0);
  expect(out).toContain("evt_2 is a copy of evt_1, for crm only: dlv_2 is due now\n");
  expect(asked).toMatchObject([{ eventId: "evt_1", subscription: "crm", reason: "to try it" }]);
  const expected = { type: "a", data: { amount: 4200, "a/b": [1, "x"], new: {} } };
  expect(sent()).toMatchObject(expected);
  expect(Object.keys(sent())).toEqual(["type", "data", "__proto__"]);
});

test("hookgate copy --set appends to a list", async () => {
  await dispatcher.call([...TO, "--set", "/data/a~1b/-=3", "/data/a~1b/3=4"]);
  expect(sent()).toMatchObject({ data: { "a/b": [1, 2, 3, 4] } });
});

test("hookgate copy --set leaves every other number as it is", async () => {
  body = '{"id":9007199254740993,"f":1.0,"items":[1e3,-0],"n":1}';
  await dispatcher.call([...TO, "--set", "/n=9007199254740995", "/items/1=[2.50]"]);
  expect(Buffer.from(asked[0]?.body ?? []).toString()).toBe(
    '{"id":9007199254740993,"f":1.0,"items":[1e3,[2.50]],"n":9007199254740995}',
  );
  expect(await dispatcher.call([...TO, "--set", "/n/rawJSON=1"])).toMatchObject({ code: 1 });
});

test("hookgate copy --set says that what is protected is not copied", async () => {
  isProtected = true;
  const { err } = await dispatcher.call([...TO, "--set", "/n=1"]);
  expect(err).toContain("what is protected in evt_1 is not in its copy");
});

test("hookgate copy takes a whole body from standard input", async () => {
  const { code } = await dispatcher.call([...TO, "--body", "-"], { typed: '{"b":2}' });
  expect(code).toBe(0);
  expect(sent()).toEqual({ b: 2 });
});

test.each([
  ["nothing to change", [], 2],
  ["both", ["--body", "-", "--set", "/a=1"], 2],
  ["what is no pointer", ["--set", "a=1"], 2],
  ["a place that is not there", ["--set", "/b/c=1"], 1],
  ["a place behind a list's end", ["--set", "/data/a~1b/3=1"], 1],
  ["a name in a list", ["--set", "/data/a~1b/x=1"], 1],
])("hookgate copy refuses %s", async (_what, args, code) => {
  expect(await dispatcher.call([...TO, ...args])).toMatchObject({ code });
  expect(asked).toEqual([]);
});

test("hookgate copy refuses to change fields of what is not JSON", async () => {
  body = "a=1";
  const { code, err } = await dispatcher.call([...TO, "--set", "/a=2"]);
  expect(code).toBe(1);
  expect(err).toMatch(/the body is not JSON; give a whole one with --body/);
});
