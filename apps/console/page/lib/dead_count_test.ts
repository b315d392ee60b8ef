import { expect, test } from "@jest/globals";
import { countDead, deadLabel, deadNews } from "./dead_count.ts";
import type { Answer } from "./wire.ts";

function openFailures(dead: Record<string, number>, nextPageToken = ""): Answer<"listFailures"> {
  const failures = Object.entries(dead).map(([id, count]) => ({ id, dead: count }));
  return { failures, nextPageToken, notes: [] } as unknown as Answer<"listFailures">;
}

/** An event for each failure that its one delivery belongs to. */
function deadEvents(failures: readonly string[], nextPageToken = ""): Answer<"listEvents"> {
  const events = failures.map((failure) => ({
    deliveries: [{ subscription: "crm", generation: 0, state: "dead", failure }],
  }));
  return { events, nextPageToken, notes: [] } as unknown as Answer<"listEvents">;
}

const many = (count: number, failure = "flr_a") => new Array<string>(count).fill(failure);

test.each([
  ["none", openFailures({}), undefined, ""],
  ["failures that are tried again", openFailures({ flr_a: 0 }), undefined, ""],
  ["a few", openFailures({ flr_a: 9 }), deadEvents(many(3)), "3"],
  ["as many as are shown", openFailures({ flr_a: 200 }), deadEvents(many(100)), "100"],
  ["more than are shown", openFailures({ flr_a: 200 }), deadEvents(many(101)), "100+"],
  ["more than a page", openFailures({ flr_a: 5_000 }), deadEvents(many(101), "next"), "100+"],
  [
    "many that somebody has dealt with",
    openFailures({ flr_a: 50 }),
    deadEvents([...many(90, "flr_b"), ...many(4)], "next"),
    "4+",
  ],
  [
    "those of failures whose page ends",
    openFailures({ flr_a: 2 }, "next"),
    deadEvents(many(2)),
    "2+",
  ],
  [
    "only what somebody has dealt with",
    openFailures({ flr_a: 50 }),
    deadEvents(many(3, "flr_b"), "next"),
    "",
  ],
])("deadLabel() of %s", (_, failures, events, label) => {
  const dead = countDead(failures, events);
  expect(dead && deadLabel(dead)).toBe(label);
});

test("countDead() does not count what was repeated", () => {
  const events = deadEvents(["flr_a"]);
  const again = { subscription: "crm", generation: 1, state: "delivered", failure: "" };
  events.events[0]?.deliveries.push(again as never);
  expect(countDead(openFailures({ flr_a: 1 }), events)?.count).toBe(0);
});

test("countDead() is undefined until all is known", () => {
  expect(countDead(undefined, undefined)).toBeUndefined();
  expect(countDead(openFailures({ flr_a: 1 }), undefined)).toBeUndefined();
});

test.each([
  [3, 4, "1 more delivery is dead"],
  [3, 6, "3 more deliveries are dead"],
  [3, 3, ""],
  [4, 1, ""],
])("deadNews() of %i and then %i is %j", (before, now, expected) => {
  const dead = (count: number) => ({ count, isMore: false, ended: 10 + now - before });
  expect(deadNews(dead(before), dead(now))).toBe(expected);
});

test("deadNews() tells of more where not all are counted, and only then", () => {
  const before = { count: 101, isMore: true, ended: 500 };
  expect(deadNews(before, { ...before, ended: 501 })).toBe("More deliveries are dead: 100+");
  expect(deadNews(before, before)).toBe("");
  expect(deadNews(before, { count: 90, isMore: false, ended: 500 })).toBe("");
});
