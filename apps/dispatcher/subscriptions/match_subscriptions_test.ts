import { formatHeaderBlock } from "@hookgate/providers";
import {
  CONDITION_TESTS,
  type Condition,
  type Pause,
  SKIPPED_MAX,
  type Subscription,
} from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import { sampleSubscription } from "../suite/sample_claimed.ts";
import { type MatchResult, matchSubscriptions } from "./match_subscriptions.ts";

type Part = Partial<Omit<Subscription, "target">>;

function stored(part: Part, by: Pause["by"] | null = null): StoredSubscription {
  const paused = by === null ? null : { by, reason: "", at: 1 };
  return { definition: sampleSubscription(part), origin: "configuration", paused };
}

function received(
  body: string,
  { type = "payment.success", source = "stripe/eu", contentType = "application/json" } = {},
) {
  const headers = formatHeaderBlock(["Content-Type", contentType]);
  return { type, source, headers, body: Buffer.from(body) };
}

/** What becomes of one subscription, `one`: its order key, or why it is skipped; null if it is not mentioned. */
function outcomeOf({ wanted, skipped }: MatchResult): { key: string | null } | string | null {
  expect(wanted.length + skipped.length).toBeLessThanOrEqual(1);
  const [one = null] = wanted;
  return one === null ? (skipped[0]?.reason ?? null) : { key: one.orderKey };
}

const WANTED = { key: null };
const BODY =
  '{"type":"x","data":{"amount":100,"currency":"EUR","items":[{"sku":"a"}],"note":null}}';
const AMOUNT: Condition = { pointer: "/data/amount", test: "gte", value: 100 };
const EURO: Condition = { pointer: "/data/currency", test: "in", value: ["EUR", "USD"] };
const NOTED: Condition = { pointer: "/data/note", test: "exists", value: true };
const DEAR: Condition = { pointer: "/data/amount", test: "gt", value: 100 };
const YEN: Condition = { pointer: "/data/currency", test: "equals", value: "JPY" };

test.each<[Part, ReturnType<typeof outcomeOf>]>([
  [{ events: ["payment.success"] }, WANTED],
  [{ events: ["payment.*"] }, WANTED],
  [{ events: ["x", "*"] }, WANTED],
  [{ events: ["payment.failed", "pay"] }, null],
  [{ events: ["payment.*"], sources: ["stripe/eu"] }, WANTED],
  [{ events: ["payment.*"], sources: ["academy", "stripe/*"] }, WANTED],
  [{ events: ["payment.*"], sources: ["stripe"] }, "source"],
  [{ events: ["payment.*"], sources: ["*/us", "academy"] }, "source"],
  [{ events: ["course.*"], sources: ["academy"] }, null],
  [{ where: [AMOUNT] }, WANTED],
  [{ where: [AMOUNT, EURO, NOTED] }, WANTED],
  [{ where: [DEAR] }, "/data/amount gt 100"],
  [{ where: [AMOUNT, YEN, DEAR] }, '/data/currency equals "JPY"'],
  [{ where: [{ ...EURO, value: ["USD", 1] }] }, '/data/currency in ["USD",1]'],
  [{ where: [{ ...NOTED, value: false }] }, "/data/note exists false"],
  [{ where: [{ pointer: "/data/items/0/sku", test: "equals", value: "a" }] }, WANTED],
  [{ events: ["course.*"], where: [DEAR] }, null],
  [{ sources: ["academy"], where: [DEAR] }, "source"],
  [{ sources: ["stripe/*"], where: [DEAR] }, "/data/amount gt 100"],
  [{ orderBy: "/data/currency" }, { key: '"EUR"' }],
  [{ orderBy: "/data/amount" }, { key: "100" }],
  [{ orderBy: "/data/note" }, { key: "null" }],
  [{ orderBy: "/data/items" }, { key: "" }],
  [{ orderBy: "/data/nothing" }, { key: "" }],
  [{ orderBy: "/data/currency", where: [AMOUNT] }, { key: '"EUR"' }],
  [{ orderBy: "/data/currency", where: [DEAR] }, "/data/amount gt 100"],
])("matchSubscriptions() with %j gives %j", (part, expected) => {
  const match = matchSubscriptions([stored(part)]);
  // The second time, type and source are remembered.
  for (let round = 0; round < 2; round += 1) {
    expect(outcomeOf(match(received(BODY)))).toEqual(expected);
  }
});

test.each(["", "a=1&data=2", '{"data":{"amount":100}', "\0", "[".repeat(1_000)])(
  "matchSubscriptions() finds no fields in %j",
  (body) => {
    const match = (part: Part) => outcomeOf(matchSubscriptions([stored(part)])(received(body)));
    expect(match({})).toEqual(WANTED);
    expect(match({ orderBy: "/data" })).toEqual({ key: "" });
    const absent: Condition = { pointer: "/data", test: "exists", value: false };
    expect(match({ where: [absent] })).toBe("the body is neither JSON nor a form");
    expect(match({ where: [absent], orderBy: "/data" })).toBe(
      "the body is neither JSON nor a form",
    );
  },
);

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=b";
const PAYLOAD = `payload=${encodeURIComponent('{"action":"opened","pull_request":{"number":7}}')}`;
const PART =
  '--b\r\ncontent-disposition: form-data; name="json"\r\n\r\n{"action":"opened"}\r\n--b--';
const FIELDS_TEXT = `event=delivered&n=7&raw=${encodeURIComponent('{"action":"opened"}')}&t=1&t=2`;

test.each<[string, string, pointer: string, Condition["value"], key: string]>([
  [FORM, PAYLOAD, "/action", "opened", '"opened"'],
  [FORM, PAYLOAD, "/pull_request/number", 7, "7"],
  [MULTIPART, PART, "/action", "opened", '"opened"'],
  [FORM, FIELDS_TEXT, "/event", "delivered", '"delivered"'],
  [FORM, FIELDS_TEXT, "/n", "7", '"7"'],
  [FORM, FIELDS_TEXT, "/raw/action", "opened", '"opened"'],
  [FORM, FIELDS_TEXT, "/raw", '{"action":"opened"}', '"{\\"action\\":\\"opened\\"}"'],
  [FORM, '{"action":"opened"}', "/action", "opened", '"opened"'],
])("matchSubscriptions() reads a form: %s %s at %s", (contentType, body, pointer, value, key) => {
  const find = (part: Part) =>
    outcomeOf(matchSubscriptions([stored(part)])(received(body, { contentType })));
  expect(find({ where: [{ pointer, test: "equals", value }] })).toEqual(WANTED);
  expect(find({ orderBy: pointer })).toEqual({ key });
  expect(find({ where: [{ pointer, test: "not", value }] })).toMatch(/ not /);
  expect(find({ where: [{ pointer: "/none", test: "exists", value: false }] })).toEqual(WANTED);
});

test("matchSubscriptions() takes a repeated field for a list", () => {
  const form = received(FIELDS_TEXT, { contentType: FORM });
  const find = (part: Part) => outcomeOf(matchSubscriptions([stored(part)])(form));
  expect(find({ where: [{ pointer: "/t", test: "exists", value: true }] })).toEqual(WANTED);
  expect(find({ where: [{ pointer: "/t", test: "equals", value: "1" }] })).toMatch("/t equals");
  expect(find({ orderBy: "/t" })).toEqual({ key: "" });
});

test("matchSubscriptions() keeps the order, leaves out removed ones, keeps paused ones but for their backlog", () => {
  const match = matchSubscriptions([
    stored({ name: "b" }),
    stored({ name: "gone" }, "configuration"),
    stored({ name: "gone too", where: [DEAR] }, "configuration"),
    stored({ name: "a" }, "operator"),
    stored({ name: "full" }, "backlog"),
    stored({ name: "full elsewhere", sources: ["academy"] }, "backlog"),
    stored({ name: "full of dear ones", where: [DEAR] }, "backlog"),
    stored({ name: "full of others", events: ["course.*"] }, "backlog"),
    stored({ name: "left" }, "endpoint"),
  ]);
  expect(match(received(BODY))).toEqual({
    wanted: ["b", "a", "left"].map((subscription) => ({ subscription, orderKey: null })),
    skipped: [
      { subscription: "full", reason: "paused: backlog" },
      { subscription: "full elsewhere", reason: "source" },
      { subscription: "full of dear ones", reason: "/data/amount gt 100" },
    ],
  });
});

test("matchSubscriptions() tells events of one type apart by source and body", () => {
  const match = matchSubscriptions([
    stored({ name: "eu", sources: ["stripe/eu"], where: [AMOUNT] }),
    stored({ name: "all", orderBy: "/data/amount" }),
  ]);
  const wantedOf = (body: string, source: string) =>
    match(received(body, { source })).wanted.map(({ subscription, orderKey }) => [
      subscription,
      orderKey,
    ]);
  const [one, two] = ['{"data":{"amount":1}}', '{"data":{"amount":200}}'];
  expect(wantedOf(one, "stripe/eu")).toEqual([["all", "1"]]);
  expect(wantedOf(two, "stripe/eu")).toEqual([
    ["eu", null],
    ["all", "200"],
  ]);
  expect(wantedOf(two, "stripe/us")).toEqual([["all", "200"]]);
  expect(match(received(one, { type: "course.enrolled" })).wanted).toHaveLength(1);
});

test("matchSubscriptions() bounds what it says of those that were skipped", () => {
  const many = Array.from({ length: 50 }, (_, index) => `n${index}`);
  const match = matchSubscriptions([
    ...many.map((name) => stored({ name, sources: ["academy"] })),
    stored({ name: "last" }),
  ]);
  const { wanted, skipped } = match(received(BODY));
  expect(wanted.map(({ subscription }) => subscription)).toEqual(["last"]);
  expect(skipped.map(({ subscription }) => subscription)).toEqual(many.slice(0, SKIPPED_MAX));
});

/** What matching means, by JSON.parse. */
function matchNaively(
  set: readonly StoredSubscription[],
  { type, source, body }: ReturnType<typeof received>,
): { wanted: [string, string | null][]; skipped: string[] } {
  const fits = (patterns: readonly string[], text: string) =>
    patterns.some((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "s").test(text));
  const look = (pointer: string): unknown => {
    let at: unknown = JSON.parse(body.toString());
    for (const name of pointer.split("/").slice(1)) {
      at = Object.hasOwn(Object(at), name) ? Reflect.get(Object(at), name) : undefined;
    }
    return at;
  };
  const holds = ({ pointer, test, value }: Condition) => {
    const field = look(pointer);
    const alike = typeof field === typeof value && ["number", "string"].includes(typeof field);
    const [left, right] = [field as number, value as number];
    return {
      equals: field === value,
      not: field !== value,
      in: [value].flat().includes(field as null),
      exists: (field !== undefined) === value,
      gt: alike && left > right,
      gte: alike && left >= right,
      lt: alike && left < right,
      lte: alike && left <= right,
    }[test];
  };
  const typed = set.filter(({ definition, paused }) => {
    return fits(definition.events, type) && paused?.by !== "configuration";
  });
  const wanted = typed.filter(({ definition: { sources, where }, paused }) => {
    return fits(sources, source) && where.every(holds) && paused?.by !== "backlog";
  });
  return {
    wanted: wanted.map(({ definition: { name, orderBy } }) => {
      const field = orderBy === null ? undefined : look(orderBy);
      const scalar = field !== undefined && (typeof field !== "object" || field === null);
      return [name, orderBy === null ? null : scalar ? JSON.stringify(field) : ""];
    }),
    skipped: typed.filter((one) => !wanted.includes(one)).map(({ definition: { name } }) => name),
  };
}

const SCALAR = fc.constantFrom(0, 1, 2, "1", "a", "", true, false, null);
const FIELDS = fc.dictionary(
  fc.constantFrom("a", "b", "c"),
  fc.oneof(SCALAR, fc.constant({ a: 1 })),
);
const POINTER = fc.constantFrom("/a", "/b", "/c", "/a/a", "/d");
const CONDITION = fc
  .tuple(POINTER, fc.constantFrom(...CONDITION_TESTS), SCALAR, fc.array(SCALAR))
  .map(([pointer, test, scalar, list]): Condition => {
    const value = test === "in" ? list : test === "exists" ? scalar === true : scalar;
    return { pointer, test, value };
  });
const SET = fc
  .array(
    fc.tuple(
      fc.record({
        events: fc.array(fc.constantFrom("x.a", "x.*", "y", "*"), { minLength: 1, maxLength: 2 }),
        sources: fc.array(fc.constantFrom("s", "s/*", "t", "*"), { minLength: 1, maxLength: 2 }),
        where: fc.array(CONDITION, { maxLength: 2 }),
        orderBy: fc.option(POINTER),
      }),
      fc.option(fc.constantFrom("configuration", "operator", "endpoint", "backlog"), { freq: 2 }),
    ),
    { maxLength: 8 },
  )
  .map((all) => all.map(([part, by], index) => stored({ ...part, name: `n${index}` }, by)));
const EVENT = fc.record({
  type: fc.constantFrom("x.a", "x.b", "y", "z"),
  source: fc.constantFrom("s", "s/1", "t"),
  headers: fc.constant(new Uint8Array()),
  body: FIELDS.map((fields) => Buffer.from(JSON.stringify(fields))),
});

test("matchSubscriptions() agrees with what matching means, event after event", () => {
  let wantedCount = 0;
  let skippedCount = 0;
  fc.assert(
    fc.property(SET, fc.array(EVENT, { minLength: 1, maxLength: 5 }), (set, events) => {
      const match = matchSubscriptions(set);
      for (const event of events) {
        const { wanted, skipped } = match(event);
        expect({
          wanted: wanted.map(({ subscription, orderKey }) => [subscription, orderKey]),
          skipped: skipped.map(({ subscription }) => subscription),
        }).toEqual(matchNaively(set, event));
        wantedCount += wanted.length;
        skippedCount += skipped.length;
      }
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(wantedCount, skippedCount)).toBeGreaterThan(500);
});
