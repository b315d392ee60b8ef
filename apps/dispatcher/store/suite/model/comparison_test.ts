import { expect, test } from "@jest/globals";
import { Comparison, type Peer } from "./comparison.ts";

const PEER: Peer = {
  exact: false,
  now: () => 1_800_000_000_000,
  advance: () => {},
  call: () => null,
};

const comparison = new Comparison(PEER);

test("compare() takes the same entries in another order for equal, also if their fields are in another order", () => {
  const expected = [
    { id: "1", replayOf: "b" },
    { id: "2", replayOf: "a" },
  ];
  const actual = [
    { replayOf: "a", id: "2" },
    { replayOf: "b", id: "1" },
  ];
  comparison.compare(actual, expected, "stepReplay");
  comparison.compare([...actual].reverse(), expected, "stepReplay");
});

test("compare() notices other entries, and another order where calls are exact", () => {
  const [one, two] = [{ id: "1" }, { id: "2" }];
  expect(() => comparison.compare([one, one], [one, two], "stepReplay")).toThrow();
  const exact = new Comparison({ ...PEER, exact: true });
  expect(() => exact.compare([two, one], [one, two], "stepReplay")).toThrow();
});
