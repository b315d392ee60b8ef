import { expect, test } from "@jest/globals";
import { Deadlines, type Expiring } from "./deadlines.ts";

/** A thing that notes its name when it expires. */
function thing(name: string, expired: string[]): Expiring {
  return { slot: null, expire: () => void expired.push(name) };
}

test.each([
  // deadline, then the ticks before it and the one that expires it
  [1_000, 999, 1_000],
  [1_001, 1_099, 1_100],
  [1_099.5, 1_099.9, 1_100],
  [0, 499, 600],
  [500, 599, 600],
])("a deadline at %p is not over at %p, and is at %p", (deadline, before, after) => {
  const expired: string[] = [];
  const deadlines = new Deadlines(500);
  deadlines.set(thing("a", expired), deadline);
  deadlines.tick(before);
  expect(expired).toEqual([]);
  deadlines.tick(after);
  deadlines.tick(after + 10_000);
  expect(expired).toEqual(["a"]);
});

test("a deadline moves both ways, and can be taken away", () => {
  const expired: string[] = [];
  const deadlines = new Deadlines(0);
  const [later, sooner, gone] = ["later", "sooner", "gone"].map((name) => thing(name, expired));
  for (const one of [later, sooner, gone]) if (one) deadlines.set(one, 1_000);
  if (later) deadlines.set(later, 2_000);
  if (sooner) deadlines.set(sooner, 200);
  if (gone) deadlines.delete(gone);
  deadlines.tick(900);
  expect(expired).toEqual(["sooner"]);
  deadlines.tick(1_900);
  expect(expired).toEqual(["sooner"]);
  deadlines.tick(2_000);
  expect(expired).toEqual(["sooner", "later"]);
  expect([later?.slot, sooner?.slot, gone?.slot]).toEqual([null, null, null]);
});

test("what expires may end what else is due, or set it anew", () => {
  const expired: string[] = [];
  const deadlines = new Deadlines(0);
  const second = thing("second", expired);
  const again: Expiring = {
    slot: null,
    expire() {
      expired.push("again");
      if (expired.length < 3) deadlines.set(again, 0);
      deadlines.delete(second);
    },
  };
  deadlines.set(again, 100);
  deadlines.set(second, 100);
  deadlines.tick(100);
  expect(expired).toEqual(["again"]);
  deadlines.tick(60_000);
  expect(expired).toEqual(["again", "again", "again"]);
});
