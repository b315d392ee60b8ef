import { expect, test } from "@jest/globals";
import { LoopWatch } from "./loop_watch.ts";

/**
 * What looks say: of each how long after the last one, in milliseconds, without a core for how long, and what the loop did. It slept the
 * rest, or had a core.
 */
function looks(
  ...seen: [passedMs: number, starvedMs: number, did?: "turned" | "loads" | "fills" | "runs"][]
): string[] {
  let look = { now: 5, turns: 1, loading: false, bytes: 7e8, ranMs: 3, starvedMs: 7 };
  const watch = new LoopWatch(look);
  return seen.map(([passedMs, starvedMs, did]) => {
    look = {
      now: look.now + passedMs,
      turns: look.turns + Number(did === "turned"),
      loading: did === "loads",
      bytes: look.bytes + (did === "fills" || did === "loads" ? 7e7 : 0),
      ranMs: look.ranMs + (did === "runs" ? passedMs - starvedMs : 0),
      starvedMs: look.starvedMs + starvedMs,
    };
    return watch.look(look);
  });
}

test.each<[string, Parameters<typeof looks>, string[]]>([
  [
    "a loop that turns",
    [
      [100, 0, "turned"],
      [100, 0, "turned"],
    ],
    ["turns", "turns"],
  ],
  [
    "one that does not",
    [
      [100, 0],
      [100, 0],
      [100, 0],
      [100, 0],
    ],
    ["silent", "blocked", "silent", "blocked"],
  ],
  [
    "one that turns in between",
    [
      [100, 0],
      [100, 0, "turned"],
      [100, 0],
    ],
    ["silent", "turns", "silent"],
  ],
  [
    "one that loads modules, for a second",
    Array(12).fill([100, 0, "loads"]),
    Array(6).fill(["silent", "loading"]).flat().with(-1, "blocked").with(-3, "blocked"),
  ],
  [
    "one that loaded modules, turned, and does not any more",
    [
      [100, 0, "loads"],
      [100, 0, "loads"],
      [100, 0, "turned"],
      [100, 0],
      [100, 0],
    ],
    ["silent", "loading", "turns", "silent", "blocked"],
  ],
  ["one that fills memory", Array(2).fill([100, 0, "fills"]), ["filling", "blocked"]],
  ["one without a core that fills memory", [[100, 100, "fills"]], ["filling"]],
  [
    "one that has filled memory before it turned",
    [
      [100, 0, "fills"],
      [100, 0, "turned"],
      [100, 0],
    ],
    ["filling", "turns", "silent"],
  ],
  ["one without a core", Array(20).fill([100, 100]), Array(20).fill("silent")],
  [
    "one that is blocked, with a core for a fifth of the time",
    Array(8).fill([100, 80]),
    [...Array(7).fill("silent"), "blocked"],
  ],
  ["looks that are late", Array(20).fill([300, 0]), Array(20).fill("silent")],
  [
    "one that is blocked, in looks that are late: by the time that it had a core",
    Array(4).fill([300, 220, "runs"]),
    ["silent", "blocked", "silent", "blocked"],
  ],
])("LoopWatch sees %s", (_, seen, expected) => {
  expect(looks(...seen)).toEqual(expected);
});
