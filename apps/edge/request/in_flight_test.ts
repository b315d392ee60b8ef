import { expect, test } from "@jest/globals";
import { InFlight, type InFlightBounds } from "./in_flight.ts";

function newInFlight(bounds: Omit<InFlightBounds, "slowMs">, monotonic = () => 0): InFlight {
  return new InFlight({ ...bounds, slowMs: 1_000 }, { monotonic });
}

test("InFlight bounds the requests that are worked on", () => {
  const inFlight = newInFlight({ requestsMax: 2, bytesMax: 100 });
  const [one, two, three] = [inFlight.enter(), inFlight.enter(), inFlight.enter()];
  expect(inFlight.isFull()).toBe(false);
  expect([one.work(), two.work()]).toEqual([true, true]);
  expect(inFlight.isFull()).toBe(true);
  expect(three.work()).toBe(false);
  // One that found no room returns none.
  three.leave();
  expect(inFlight.isFull()).toBe(true);
  one.leave();
  expect(inFlight.isFull()).toBe(false);
});

test("InFlight bounds the bytes that have arrived, however many requests they are of", () => {
  const inFlight = newInFlight({ requestsMax: 100, bytesMax: 100 });
  const [one, two] = [inFlight.enter(), inFlight.enter()];
  expect([one.hold(60), two.hold(40), one.hold(1)]).toEqual([true, true, false]);
  expect(inFlight.isFull()).toBe(true);
  one.leave();
  expect(two.hold(60)).toBe(true);
  two.leave();
  expect(inFlight.enter().hold(100)).toBe(true);
});

test("InFlight does not count requests whose body is incomplete", () => {
  const inFlight = newInFlight({ requestsMax: 1, bytesMax: 100 });
  for (let slow = 0; slow < 2_000; slow += 1) inFlight.enter();
  expect(inFlight.isFull()).toBe(false);
});

test("InFlight lets a request take its place once, and return it once", () => {
  const inFlight = newInFlight({ requestsMax: 2, bytesMax: 100 });
  const [one, two] = [inFlight.enter(), inFlight.enter()];
  expect([one.work(), one.work(), two.work()]).toEqual([true, true, true]);
  one.hold(60);
  one.leave();
  one.leave();
  expect(inFlight.isFull()).toBe(false);
  const three = inFlight.enter();
  expect([three.work(), inFlight.enter().work()]).toEqual([true, false]);
  expect([three.hold(100), three.hold(1)]).toEqual([true, false]);
});

test("InFlight leaves half of its room to small requests, whatever the large ones hold", () => {
  const MIB = 1024 * 1024;
  const inFlight = newInFlight({ requestsMax: 100, bytesMax: 40 * MIB });
  const [one, two, small] = [inFlight.enter(), inFlight.enter(), inFlight.enter()];
  expect([one.hold(MIB), one.hold(11 * MIB)]).toEqual([true, true]);
  expect([two.hold(MIB), two.hold(7 * MIB), two.hold(1)]).toEqual([true, true, false]);
  expect([small.hold(MIB), inFlight.isFull()]).toEqual([true, false]);
  one.leave();
  // One alone may be as large as a body can be.
  expect([two.hold(30 * MIB), two.hold(2 * MIB)]).toEqual([true, false]);
  two.leave();
  expect(one.hold(39 * MIB)).toBe(true);
});

/** Works through bursts on a clock of its own. */
function timed() {
  const time = { ms: 0 };
  const inFlight = newInFlight({ requestsMax: 2_000, bytesMax: 100 }, () => time.ms);
  return {
    time,
    /** Lets so many in at once, and stores them all, each `msEach` after the one before. Whether another found no room. */
    burst(count: number, msEach: number) {
      const requests = Array.from({ length: count }, () => inFlight.enter());
      for (const request of requests) request.work();
      const full = inFlight.isFull();
      for (const request of requests) {
        time.ms += msEach;
        request.answered(true);
        request.leave();
      }
      return full;
    },
  };
}

test("InFlight is full while requests go on to wait too long at the pace of the latest events", () => {
  const { burst } = timed();
  /** Whether the last of several is, which come one after the other. */
  const bursts = (count: number, msEach: number) => {
    const full = Array.from({ length: 10 }, () => burst(count, msEach));
    return full.at(-1);
  };
  // Nothing is known yet: only the configured bound counts.
  expect(burst(1_999, 0)).toBe(false);
  expect(burst(2_000, 0)).toBe(true);
  expect(bursts(100, 0.2)).toBe(false);
  // 0.2 ms each: more than 125 wait too long, and 256 are always let in.
  expect(bursts(255, 0.2)).toBe(false);
  expect(bursts(260, 0.2)).toBe(true);
  // A few are always let in, however slow the store is.
  expect(bursts(255, 0.35)).toBe(false);
  expect(bursts(256, 0.35)).toBe(true);
  for (let round = 0; round < 10; round += 1) bursts(100, 0.01);
  expect(bursts(1_000, 0.01)).toBe(false);
});

test("InFlight lets a burst in that is soon stored, and the next one after a while", () => {
  const { burst, time } = timed();
  for (let round = 0; round < 10; round += 1) burst(100, 0.5);
  for (let round = 0; round < 10; round += 1) {
    time.ms += 500;
    expect([round, burst(300, 0.3)]).toEqual([round, false]);
  }
  // With 5 ms between them they are an overload.
  const full = Array.from({ length: 10 }, () => {
    time.ms += 5;
    return burst(300, 0.3);
  });
  expect([full[0], full.at(-1)]).toEqual([false, true]);
  time.ms += 500;
  expect(burst(300, 0.3)).toBe(false);
});

test("InFlight learns nothing of a few that take long: many at once may take no longer", () => {
  const time = { ms: 0 };
  const inFlight = newInFlight({ requestsMax: 2_000, bytesMax: 100 }, () => time.ms);
  for (let event = 0; event < 1_000; event += 1) {
    const request = inFlight.enter();
    request.work();
    time.ms += 20;
    request.answered(true);
    request.leave();
  }
  for (let request = 0; request < 1_000; request += 1) inFlight.enter().work();
  expect(inFlight.isFull()).toBe(false);
});

test("InFlight learns nothing of requests that are refused", () => {
  const time = { ms: 0 };
  const inFlight = newInFlight({ requestsMax: 2_000, bytesMax: 100 }, () => time.ms);
  for (let request = 0; request < 1_000; request += 1) {
    const slow = inFlight.enter();
    slow.work();
    time.ms += 1_000;
    slow.leave();
  }
  for (let request = 0; request < 1_000; request += 1) inFlight.enter().work();
  expect(inFlight.isFull()).toBe(false);
});

interface SlowStore {
  perSecond: number;
  /** What a commit takes for each event in it, and besides, in milliseconds. */
  msEach: number;
  msOnce?: number;
  seconds: number;
}

/** Posts at a rate to a store that commits all that wait, one after the other, for `seconds`. How many were stored in time, each second. */
function goodput({ perSecond, msEach, msOnce = 0, seconds }: SlowStore) {
  const BUDGET_MS = 2_000;
  let now = 0;
  const bounds = { requestsMax: 2_000, bytesMax: 100, slowMs: 0.75 * BUDGET_MS };
  const inFlight = new InFlight(bounds, { monotonic: () => now });
  const waiting: { request: ReturnType<InFlight["enter"]>; from: number }[] = [];
  const committing: typeof waiting = [];
  let doneAt = 0;
  let stored = 0;
  for (; now < seconds * 1_000; now += 1) {
    if (now % (1_000 / perSecond) === 0 && !inFlight.isFull()) {
      const request = inFlight.enter();
      request.work();
      waiting.push({ request, from: now });
    }
    for (const { request, from } of [...committing, ...waiting]) {
      if (now - from === BUDGET_MS) {
        request.answered(false);
        request.leave();
      }
    }
    if (now < doneAt) continue;
    for (const { request, from } of committing.splice(0)) {
      if (now - from >= BUDGET_MS) continue;
      stored += 1;
      request.answered(true);
      request.leave();
    }
    committing.push(...waiting.splice(0).filter(({ from }) => now - from < BUDGET_MS));
    doneAt = now + msOnce + committing.length * msEach;
  }
  return stored / seconds;
}

test.each([
  { perSecond: 5, msEach: 250 },
  { perSecond: 10, msEach: 250 },
  { perSecond: 100, msEach: 20 },
  { perSecond: 500, msEach: 10 },
])(
  "InFlight goes on with a store that is too slow for what comes, $perSecond of $msEach ms",
  (load) => {
    const { msEach, perSecond } = load;
    const share = goodput({ ...load, seconds: 120 }) / Math.min(perSecond, 1_000 / msEach);
    expect(share).toBeGreaterThan(0.7);
  },
);

test("InFlight gives all it gets to a store that answers in time, however long one commit takes", () => {
  const stored = goodput({ perSecond: 100, msEach: 0, msOnce: 700, seconds: 60 });
  expect(stored).toBeGreaterThan(97);
});

test("InFlight does not take one that is slow alone for a slow store, nor a pause", () => {
  const time = { ms: 0 };
  const inFlight = newInFlight({ requestsMax: 2_000, bytesMax: 100 }, () => time.ms);
  const begin = (count: number) => {
    const requests = Array.from({ length: count }, () => inFlight.enter());
    for (const request of requests) request.work();
    return () => {
      for (const request of requests) request.answered(true);
      for (const request of requests) request.leave();
    };
  };
  const large = begin(1);
  time.ms += 1_000;
  const small = begin(20);
  time.ms += 10;
  small();
  const more = begin(20);
  large();
  expect(inFlight.isFull()).toBe(false);
  more();

  // Everything before a pause is slow, and nothing after it.
  const paused = begin(40);
  time.ms += 1_500;
  paused();
  expect(inFlight.isFull()).toBe(false);
  begin(40)();

  const [slow, slower] = [begin(40), begin(40)];
  time.ms += 1_500;
  slow();
  const later = begin(40);
  time.ms += 1_500;
  slower();
  later();
  begin(39)();
  const many = begin(40);
  expect(inFlight.isFull()).toBe(true);
  expect(inFlight.requestsMax).toBeLessThan(100);
  many();
  // Nobody was refused for a while.
  time.ms += 1_001;
  expect(inFlight.requestsMax).toBe(2_000);
  begin(100);
  expect(inFlight.isFull()).toBe(false);
});
