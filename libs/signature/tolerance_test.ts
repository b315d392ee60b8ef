import { expect, test } from "@jest/globals";
import type { JwtRecipe, MacRecipe, Recipe } from "./recipe.ts";
import { toleranceOf, withTolerance } from "./tolerance.ts";

const timed: MacRecipe = {
  kind: "hmac",
  scheme: "timed",
  signature: { header: "x-signature" },
  digest: "sha256",
  encoding: "hex",
  signed: ["timestamp", "body"],
  timestamp: { from: { header: "x-time" }, unit: "s", pastSecondsMax: 60, futureSecondsMax: null },
};
const token: JwtRecipe = {
  kind: "jwt",
  scheme: "token",
  token: { header: "authorization" },
  algorithm: "HS256",
  bodyDigest: null,
  issuedAt: { pastSecondsMax: 300, futureSecondsMax: 300 },
};
const untimed: Recipe = { kind: "basic", scheme: "untimed" };

test.each<[string, Recipe, object | null]>([
  ["a timestamp's", timed, { past: 60, future: null }],
  ["a token's", token, { past: 300, future: 300 }],
  ["none if no time is signed", untimed, null],
  ["none of a token without a time", { ...token, issuedAt: null }, null],
  [
    "the first of several",
    { kind: "any", scheme: "a", recipes: [{ kind: "basic", scheme: "b" }, timed, token] },
    { past: 60, future: null },
  ],
])("toleranceOf() is %s", (_, recipe, tolerance) => {
  expect(toleranceOf(recipe)).toEqual(tolerance);
});

test("withTolerance() changes the sides that are given", () => {
  expect(toleranceOf(withTolerance(timed, { past: 7 }))).toEqual({ past: 7, future: null });
  expect(toleranceOf(withTolerance(timed, { past: null, future: 9 }))).toEqual({
    past: null,
    future: 9,
  });
  expect(toleranceOf(withTolerance(token, { future: 0 }))).toEqual({ past: 300, future: 0 });
  expect(toleranceOf(timed)).toEqual({ past: 60, future: null });
});

test("withTolerance() changes each of several, and leaves those alone that sign no time", () => {
  expect(withTolerance(untimed, { past: 7 })).toEqual(untimed);
  const any = { kind: "any", scheme: "a", recipes: [{ ...timed }, { ...token }] } as const;
  const changed = withTolerance<Recipe>(any, { past: 7 });
  if (changed.kind !== "any") throw new TypeError("Cannot test: it is not the same kind");
  expect(changed.recipes.map(toleranceOf)).toEqual([
    { past: 7, future: null },
    { past: 7, future: 300 },
  ]);
});
