import { RETRY_POLICIES } from "@hookgate/backoff";
import { expect, test } from "@jest/globals";
import type { StoredSubscription } from "../store/event_store.ts";
import { matchSubscriptions } from "./match_subscriptions.ts";

function stored(name: string, events: string[], paused: string | null = null): StoredSubscription {
  const target = { kind: "handler" as const, path: "handler.ts" };
  const retry = RETRY_POLICIES.standard;
  return { definition: { name, events, target, retry, timeoutMs: 1, concurrency: 1 }, paused };
}

test.each([
  ["payment.success", "payment.success", true],
  ["payment.*", "payment.success", true],
  ["payment.*", "payment", false],
  ["payment.*", "repayment.success", false],
  ["*", "", true],
  ["*", "line\nbreak", true],
  ["*.created", "subscription.created", true],
  ["a.c", "abc", false],
  ["a+", "aa", false],
  ["a+", "a+", true],
  ["[x]", "[x]", true],
])("matchSubscriptions() with pattern %j and type %j gives %j", (pattern, type, expected) => {
  const match = matchSubscriptions([stored("one", [pattern])]);
  expect(match(type)).toEqual(expected ? ["one"] : []);
  expect(match(type)).toEqual(expected ? ["one"] : []);
});

test("matchSubscriptions() keeps the order, leaves out removed ones, keeps paused ones", () => {
  const match = matchSubscriptions([
    stored("b", ["x"]),
    stored("gone", ["x"], "removed"),
    stored("a", ["y", "x"], "by an operator"),
  ]);
  expect(match("x")).toEqual(["b", "a"]);
});
