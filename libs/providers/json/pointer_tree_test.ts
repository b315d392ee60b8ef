import { expect, test } from "@jest/globals";
import { pointerTree } from "./pointer_tree.ts";

test("pointerTree() keeps pointers together that begin alike", () => {
  const end = { steps: [], itemSteps: new Map() };
  expect(pointerTree(["/a/b", "/a", "/a/b", "/a/c~1d"])).toEqual({
    pointer: null,
    itemSteps: new Map(),
    steps: [
      {
        name: "a",
        tree: {
          pointer: "/a",
          itemSteps: new Map(),
          steps: [
            { name: "b", tree: { pointer: "/a/b", ...end } },
            { name: "c/d", tree: { pointer: "/a/c~1d", ...end } },
          ],
        },
      },
    ],
  });
});

test("pointerTree() knows which steps are indexes of an array", () => {
  const { steps, itemSteps } = pointerTree([
    ...["/x", "/0", "/10", "/01", "/-", "/-1", "/1.0", "/ 1", "/"],
  ]);
  expect([...itemSteps]).toEqual([
    [0, steps[1]],
    [10, steps[2]],
  ]);
});

test("pointerTree() of nothing, and of the whole document, has no steps", () => {
  expect(pointerTree([])).toEqual({ pointer: null, steps: [], itemSteps: new Map() });
  expect(pointerTree([""])).toEqual({ pointer: "", steps: [], itemSteps: new Map() });
});
