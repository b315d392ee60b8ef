import { expect, test } from "@jest/globals";
import { InFlight } from "./in_flight.ts";

test("InFlight bounds the requests that are worked on", () => {
  const inFlight = new InFlight({ requestsMax: 2, bytesMax: 100 });
  const [one, two, three] = [inFlight.enter(), inFlight.enter(), inFlight.enter()];
  expect(inFlight.full).toBe(false);
  expect([one.work(), two.work()]).toEqual([true, true]);
  expect(inFlight.full).toBe(true);
  expect(three.work()).toBe(false);
  // One that found no room returns none.
  three.leave();
  expect(inFlight.full).toBe(true);
  one.leave();
  expect(inFlight.full).toBe(false);
});

test("InFlight bounds the bytes that have arrived, however many requests they are of", () => {
  const inFlight = new InFlight({ requestsMax: 100, bytesMax: 100 });
  const [one, two] = [inFlight.enter(), inFlight.enter()];
  expect([one.hold(60), two.hold(40), one.hold(1)]).toEqual([true, true, false]);
  expect(inFlight.full).toBe(true);
  one.leave();
  expect(two.hold(60)).toBe(true);
  two.leave();
  expect(inFlight.enter().hold(100)).toBe(true);
});

test("InFlight does not count requests whose body is incomplete", () => {
  const inFlight = new InFlight({ requestsMax: 1, bytesMax: 100 });
  for (let slow = 0; slow < 2_000; slow += 1) inFlight.enter();
  expect(inFlight.full).toBe(false);
});

test("InFlight lets a request take its place once, and return it once", () => {
  const inFlight = new InFlight({ requestsMax: 2, bytesMax: 100 });
  const [one, two] = [inFlight.enter(), inFlight.enter()];
  expect([one.work(), one.work(), two.work()]).toEqual([true, true, true]);
  one.hold(60);
  one.leave();
  one.leave();
  expect(inFlight.full).toBe(false);
  const three = inFlight.enter();
  expect([three.work(), inFlight.enter().work()]).toEqual([true, false]);
  expect([three.hold(100), three.hold(1)]).toEqual([true, false]);
});

test("InFlight leaves half of its room to small requests, whatever the large ones hold", () => {
  const MIB = 1024 * 1024;
  const inFlight = new InFlight({ requestsMax: 100, bytesMax: 40 * MIB });
  const [one, two, small] = [inFlight.enter(), inFlight.enter(), inFlight.enter()];
  expect([one.hold(MIB), one.hold(11 * MIB)]).toEqual([true, true]);
  expect([two.hold(MIB), two.hold(7 * MIB), two.hold(1)]).toEqual([true, true, false]);
  expect([small.hold(MIB), inFlight.full]).toEqual([true, false]);
  one.leave();
  // One alone may be as large as a body can be.
  expect([two.hold(30 * MIB), two.hold(2 * MIB)]).toEqual([true, false]);
  two.leave();
  expect(one.hold(39 * MIB)).toBe(true);
});
