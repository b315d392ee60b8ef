import { expect, test } from "@jest/globals";
import { likelyFor } from "./latest.ts";
import type { Delivery } from "./wire.ts";

const delivery = (subscription: string, state: string, generation = 0): Delivery =>
  ({ subscription, state, generation }) as Delivery;

test.each([
  ["the one that is dead", [delivery("all", "delivered"), delivery("crm", "dead")], "crm"],
  [
    "the first, if what was dead was repeated",
    [delivery("all", "delivered"), delivery("crm", "dead"), delivery("crm", "delivered", 1)],
    "all",
  ],
  ["none, if nobody wanted it", [], ""],
])("likelyFor() is %s", (_what, deliveries, expected) => {
  expect(likelyFor(deliveries)).toBe(expected);
});
