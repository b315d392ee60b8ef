import { expect, test } from "@jest/globals";
import { BoundedMap } from "./bounded_map.ts";

test("BoundedMap is a Map that removes the least recently used entry", () => {
  const map = new BoundedMap<string, { id: number }>(2);
  expect(map).toBeInstanceOf(Map);
  map.set("a", { id: 1 }).set("b", { id: 2 });
  map.get("a");
  map.set("c", { id: 3 });
  expect(map.has("b")).toBe(false);
  expect(map.get("a")).toEqual({ id: 1 });
  expect(map.size).toBe(2);
});

test("BoundedMap shows its entries in every way that a Map does", () => {
  const map = new BoundedMap<string, { id: number }>(2);
  map.set("a", { id: 1 });
  const seen: unknown[] = [];
  map.forEach((value, key) => {
    seen.push([key, value]);
  });
  expect(seen).toEqual([["a", { id: 1 }]]);
  expect([...map]).toEqual(seen);
  expect([...map.entries()]).toEqual(seen);
  expect([...map.keys()]).toEqual(["a"]);
  expect([...map.values()]).toEqual([{ id: 1 }]);
  expect(map.delete("a")).toBe(true);
  expect(map.delete("a")).toBe(false);
  map.set("b", { id: 2 }).clear();
  expect([...map]).toEqual([]);
});
