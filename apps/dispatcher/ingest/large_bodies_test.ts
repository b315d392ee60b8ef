import { createHash } from "node:crypto";
import { findPlaces, formatHeaderBlock } from "@hookgate/providers";
import {
  costMsMax,
  largeHostileBodies,
  leastCpuMs,
  longestStretchMs,
  waitFor,
} from "@hookgate/testing";
import type { Condition } from "@hookgate/types";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { matchSubscriptions } from "../subscriptions/match_subscriptions.ts";
import { sampleSubscription } from "../suite/sample_claimed.ts";
import { LargeBodies } from "./large_bodies.ts";

const bodies = new LargeBodies();
beforeAll(() => waitFor(() => bodies.ready, { what: "the thread" }));
afterAll(() => bodies.close());

function received({ body, contentType }: { body: Uint8Array; contentType: string }) {
  const headers = formatHeaderBlock(["Content-Type", contentType]);
  return { type: "paid", source: "shop", headers, body };
}

function subscriptionsOf(where: readonly Condition[], orderBy: string) {
  const definition = sampleSubscription({ events: ["*"], where, orderBy });
  return [{ definition, origin: "configuration", paused: null } as const];
}

const EXISTS = ["/0", "/a", "/a/type", "/f1", "/list/9/id"].map((pointer) => {
  return { pointer, test: "exists", value: true } as const;
});

test("readFields() keeps a large body from keeping others waiting, and finds what is found at once", async () => {
  const set = subscriptionsOf(EXISTS, "/a");
  const [there, here] = [
    matchSubscriptions(set, { readElsewhere: bodies.readFields }),
    matchSubscriptions(set),
  ];
  const slow: string[] = [];
  for (const hostile of largeHostileBodies()) {
    const msMax = 2 * (await costMsMax(hostile.body.subarray(0, 512 * 1024)));
    const event = received(hostile);
    const work = () => there(event);
    const ms = await leastCpuMs(work, { msMax, measure: longestStretchMs });
    if (ms > msMax) slow.push(`${hostile.name}: ${ms.toFixed(0)} ms of ${msMax.toFixed(0)}`);
    expect(await work()).toEqual(here(event));
  }
  expect(slow).toEqual([]);
}, 240_000);

const LONG = "b".repeat(3_000_000);
const JSON_TYPE = "application/json";

test.each<[string, string, Condition, boolean]>([
  ["a number", `{"x":"${LONG}","a":5}`, { pointer: "/a", test: "gte", value: 5 }, true],
  ["null", `{"x":"${LONG}","a":null}`, { pointer: "/a", test: "equals", value: null }, true],
  ["an object", `{"a":{"x":"${LONG}"}}`, { pointer: "/a", test: "exists", value: true }, true],
  ["an object", `{"a":{"x":"${LONG}"}}`, { pointer: "/a", test: "equals", value: null }, false],
  ["a text", `{"a":"c","x":"${LONG}"}`, { pointer: "/a", test: "equals", value: "c" }, true],
  ["a long text", `{"a":"${LONG}"}`, { pointer: "/a", test: "equals", value: "b" }, false],
  ["a long text", `{"a":"${LONG}"}`, { pointer: "/a", test: "gt", value: "bbb" }, true],
  ["a long text", `{"a":"${LONG}"}`, { pointer: "/a", test: "lt", value: "c" }, true],
  ["no JSON", LONG, { pointer: "/a", test: "not", value: "c" }, false],
])(
  "readFields() of a large body with %s finds what a condition needs",
  async (_, text, condition, meets) => {
    const set = subscriptionsOf([condition], "/a");
    const match = matchSubscriptions(set, { readElsewhere: bodies.readFields });
    const event = received({ body: Buffer.from(text), contentType: JSON_TYPE });
    const result = await match(event);
    expect(result.wanted).toHaveLength(meets ? 1 : 0);
    expect(result).toEqual(matchSubscriptions(set)(event));
  },
);

test("readFields() makes the order key of the whole of a long text", async () => {
  const set = subscriptionsOf([], "/a");
  const match = matchSubscriptions(set, { readElsewhere: bodies.readFields });
  const event = received({ body: Buffer.from(`{"a":"${LONG}"}`), contentType: JSON_TYPE });
  const key = createHash("sha256").update(`"${LONG}"`).digest("hex");
  expect((await match(event)).wanted).toMatchObject([{ orderKey: key }]);
});

test("findPlaces() finds in large bodies what is found at once, without keeping others waiting", async () => {
  const wanted = {
    places: ["/0", "/a/type", "/f1", "/list/*/id", "/*/*"].map((pointer) => ({
      pointer,
      cut: true,
    })),
    subject: "/a/id",
  };
  const slow: string[] = [];
  for (const hostile of largeHostileBodies()) {
    const event = received(hostile);
    const msMax = 2 * (await costMsMax(hostile.body.subarray(0, 512 * 1024)));
    const work = () => bodies.findPlaces(event, wanted);
    const ms = await leastCpuMs(work, { msMax, measure: longestStretchMs });
    if (ms > msMax) slow.push(`${hostile.name}: ${ms.toFixed(0)} ms of ${msMax.toFixed(0)}`);
    expect(await work()).toEqual(findPlaces(event, wanted));
  }
  expect(slow).toEqual([]);
}, 240_000);
