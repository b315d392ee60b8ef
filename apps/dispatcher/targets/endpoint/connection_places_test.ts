import { expect, test } from "@jest/globals";
import { ConnectionPlaces } from "./connection_places.ts";

test("ConnectionPlaces are bounded for each origin and in all, and come back", () => {
  const places = new ConnectionPlaces({ originMax: 2, allMax: 3 });
  expect([places.take("a"), places.take("a"), places.take("a")]).toEqual([true, true, false]);
  expect([places.free("a"), places.free("b")]).toEqual([0, 1]);
  expect([places.take("b"), places.take("b"), places.take("c")]).toEqual([true, false, false]);
  places.leave("a");
  expect([places.free("a"), places.free("b"), places.free("c")]).toEqual([1, 1, 1]);
  expect([places.take("c"), places.take("a")]).toEqual([true, false]);
});

test("ConnectionPlaces have room for what one subscription may ask for", () => {
  const places = new ConnectionPlaces();
  expect(places.free("a")).toBe(1_000);
});
