import type { CompiledSource } from "@hookgate/receive";
import { expect, test } from "@jest/globals";
import { plainPaths, SOURCE_PATH } from "./find_source.ts";

const source = {} as CompiledSource;

test("plainPaths() has the path of every name that SOURCE_PATH takes, and no other", () => {
  const good = ["academy", "a", "shop/eu/main", "a/b/c/d/e", "a_b-c"];
  const bad = ["Academy", "a/b/c/d/e/f", "a.b", "a%2fb", "", "/a", "a/", "ü", "a?b"];
  const paths = plainPaths(new Map([...good, ...bad].map((name) => [name, source])));
  expect([...paths.keys()]).toEqual(good.map((name) => `/api/webhooks/${name}`));
  for (const path of paths.keys()) expect(SOURCE_PATH.test(path)).toBe(true);
});
