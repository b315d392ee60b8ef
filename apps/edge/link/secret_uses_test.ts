import { expect, test } from "@jest/globals";
import { SecretUses } from "./secret_uses.ts";

test("SecretUses counts by source and secret", () => {
  const uses = new SecretUses();
  uses.add("a", "1", 10);
  uses.add("a", "1", 30);
  uses.add("a", "1", 20);
  uses.add("a", "2", 40);
  uses.add("b", "1", 5);
  expect(uses.take(10)).toEqual([
    { source: "a", secretId: "1", uses: 3, firstUsedAt: 10, lastUsedAt: 30 },
    { source: "a", secretId: "2", uses: 1, firstUsedAt: 40, lastUsedAt: 40 },
    { source: "b", secretId: "1", uses: 1, firstUsedAt: 5, lastUsedAt: 5 },
  ]);
  expect(uses.take(10)).toEqual([]);
});

test("SecretUses.restore() adds back what was taken to what came since", () => {
  const uses = new SecretUses();
  uses.add("a", "1", 10);
  uses.add("b", "1", 10);
  const taken = uses.take(1);
  uses.add("a", "1", 20);
  uses.restore(taken);
  expect(uses.take(10)).toEqual([
    { source: "b", secretId: "1", uses: 1, firstUsedAt: 10, lastUsedAt: 10 },
    { source: "a", secretId: "1", uses: 2, firstUsedAt: 10, lastUsedAt: 20 },
  ]);
});
