import type { Pause } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { newSubscription } from "../suite/fixtures.ts";
import {
  decideExpire,
  decideOpen,
  decidePause,
  decidePublish,
  decideResume,
  nextSet,
  touchAfterMs,
} from "./decide_subscriptions.ts";
import {
  type StoredSubscription,
  SUBSCRIPTIONS_OPENED_MAX,
  type SubscriptionSet,
} from "./subscriptions.ts";

const [MAIL, CRM] = [newSubscription("mail"), newSubscription("crm")];

function stored(part: Partial<StoredSubscription> = {}): StoredSubscription {
  return { definition: MAIL, origin: "configuration", paused: null, ...part };
}

function setOf(...subscriptions: StoredSubscription[]): SubscriptionSet {
  return { revision: 7, subscriptions };
}

function pauseBy(by: Pause["by"]): Pause {
  return { by, reason: `by ${by}`, at: 1 };
}

const OPENING = { now: 9, idleMs: 1_000 };

const REMOVED: Pause = { by: "configuration", reason: "", at: 5 };

test.each<[string, SubscriptionSet, StoredSubscription[]]>([
  ["adds what is new", setOf(), [stored()]],
  ["leaves what is the same", setOf(stored()), []],
  ["leaves an operator's pause", setOf(stored({ paused: pauseBy("operator") })), []],
  ["ends the pause of one that returns", setOf(stored({ paused: REMOVED })), [stored()]],
  ["adopts what a subscriber opened", setOf(stored({ origin: "stream" })), [stored()]],
  [
    "pauses what is missing",
    setOf(stored(), stored({ definition: CRM })),
    [stored({ definition: CRM, paused: REMOVED })],
  ],
  [
    "keeps since when it is missing",
    setOf(stored(), stored({ definition: CRM, paused: pauseBy("configuration") })),
    [],
  ],
  ["leaves a stream alone", setOf(stored(), stored({ definition: CRM, origin: "stream" })), []],
])("decidePublish() %s", (_what, set, changed) => {
  expect(decidePublish(set, { definitions: [MAIL], now: 5 }).changed).toEqual(changed);
});

test("decidePublish() compares values: neither the order of fields nor undefined ones count", () => {
  const shuffled = Object.fromEntries(Object.entries(MAIL).reverse()) as unknown as typeof MAIL;
  const padded = { ...shuffled, extra: undefined };
  expect(decidePublish(setOf(stored()), { definitions: [padded], now: 5 }).changed).toEqual([]);
});

test("decideOpen() adds a stream, and returns a name that exists as it is", () => {
  const set = setOf(stored());
  const opened = decideOpen(set, { ...OPENING, definition: CRM });
  const subscription = stored({ definition: CRM, origin: "stream", usedAt: 9 });
  expect(opened.changed).toEqual([subscription]);
  expect(opened.result(set)).toEqual({ created: true, subscription, set });
  const known = decideOpen(set, {
    ...OPENING,
    definition: newSubscription("mail", { events: ["payment.*"] }),
  });
  expect(known.changed).toEqual([]);
  expect(known.result(set)).toEqual({ created: false, subscription: stored(), set });
});

test("decideOpen() refuses one more than subscribers may open", () => {
  const streams = Array.from({ length: SUBSCRIPTIONS_OPENED_MAX }, (_, n) =>
    stored({ definition: newSubscription(`tail-${n}`), origin: "stream" }),
  );
  expect(() => decideOpen(setOf(...streams), { ...OPENING, definition: MAIL })).toThrow(
    new RangeError(
      "Cannot open subscription mail: subscribers have opened 1000 already; " +
        "delete unused ones with npx hookgate subscriptions delete, or lower retention.subscriptions",
    ),
  );
  expect(
    decideOpen(setOf(...streams.slice(1)), { ...OPENING, definition: MAIL }).changed,
  ).toHaveLength(1);
});

test.each<[Pause["by"], Pause["by"], boolean]>([
  ["backlog", "operator", true],
  ["backlog", "endpoint", true],
  ["backlog", "backlog", false],
  ["backlog", "configuration", false],
  ["operator", "endpoint", false],
  ["operator", "operator", false],
  ["endpoint", "operator", false],
  ["operator", "backlog", false],
])("a pause by %s, where one by %s stands, takes effect: %s", (by, standing, expected) => {
  const set = setOf(stored({ paused: pauseBy(standing) }));
  const { changed, result } = decidePause(set, { name: "mail", pause: pauseBy(by) });
  expect(changed).toEqual(expected ? [stored({ paused: pauseBy(by) })] : []);
  expect(result(set)).toEqual({
    outcome: expected ? "paused" : "already_paused",
    pause: pauseBy(expected ? by : standing),
    set,
  });
});

test("decidePause() pauses what runs, and misses what is not there", () => {
  const set = setOf(stored());
  const pause = pauseBy("operator");
  expect(decidePause(set, { name: "mail", pause }).changed).toEqual([stored({ paused: pause })]);
  const { changed, result } = decidePause(set, { name: "crm", pause });
  expect([changed, result(set)]).toEqual([[], { outcome: "missing" }]);
});

test.each<[Pause["by"] | null, string]>([
  [null, "not_paused"],
  ["configuration", "removed"],
  ["operator", "resumed"],
  ["endpoint", "resumed"],
  ["backlog", "resumed"],
])("decideResume() of a pause by %s: %s", (by, outcome) => {
  const set = setOf(stored({ paused: by && pauseBy(by) }));
  const { changed, result } = decideResume(set, "mail");
  expect(changed).toEqual(outcome === "resumed" ? [stored()] : []);
  expect(result(set)).toMatchObject({ outcome });
  expect(decideResume(set, "crm").result(set)).toEqual({ outcome: "missing" });
});

test("nextSet() is the next revision, sorted by name", () => {
  const paused = stored({ paused: pauseBy("operator") });
  expect(nextSet(setOf(stored()), { changed: [stored({ definition: CRM }), paused] })).toEqual({
    revision: 8,
    subscriptions: [stored({ definition: CRM }), paused],
  });
});

test("nextSet() leaves out what is removed", () => {
  const set = setOf(stored({ definition: CRM }), stored());
  expect(nextSet(set, { changed: [], removed: ["crm", "none"] })).toEqual({
    revision: 8,
    subscriptions: [stored()],
  });
});

const DAY_MS = 86_400_000;

test("touchAfterMs() is far shorter than what lets a name expire, and at most an hour", () => {
  expect(touchAfterMs(60_000)).toBe(15_000);
  expect(touchAfterMs(14 * DAY_MS)).toBe(3_600_000);
  expect(touchAfterMs(Number.POSITIVE_INFINITY)).toBe(3_600_000);
});

const NOW = 100 * DAY_MS;

test.each<[string, Partial<StoredSubscription>, "deletion" | "used" | null]>([
  ["one in use", { origin: "stream", usedAt: NOW - 1_000 }, null],
  ["one that nobody uses", { origin: "stream", usedAt: NOW - DAY_MS }, "deletion"],
  [
    "a paused one that nobody uses",
    { origin: "stream", usedAt: NOW - DAY_MS, paused: pauseBy("backlog") },
    "deletion",
  ],
  ["one of an older store", { origin: "stream" }, "used"],
  ["the configuration's", {}, null],
  ["one that left the configuration", { paused: { ...REMOVED, at: NOW - DAY_MS } }, "deletion"],
  ["one that has just left it", { paused: { ...REMOVED, at: NOW - DAY_MS + 1 } }, null],
  ["one being deleted", { origin: "stream", usedAt: 1, paused: pauseBy("deletion") }, null],
])("decideExpire() of %s", (_, part, expected) => {
  const set = setOf(stored(part));
  const { changed } = decideExpire(set, { connected: [], idleMs: DAY_MS, now: NOW });
  const [one] = changed;
  expect(one?.paused?.by === "deletion" ? "deletion" : one ? "used" : null).toBe(expected);
  if (expected === "used") expect(one?.usedAt).toBe(NOW);
});
