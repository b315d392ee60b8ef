import { expect, test } from "@jest/globals";
import { TokenBucket } from "./token_bucket.ts";

function setUp({ perSecond, burst }: { perSecond: number; burst: number }) {
  const time = { now: 1_000 };
  const bucket = new TokenBucket({ perSecond, burst, monotonic: () => time.now });
  const takeAll = () => {
    let taken = 0;
    while (bucket.take() === 0) taken += 1;
    return taken;
  };
  return { time, bucket, takeAll };
}

test("TokenBucket is full at first", () => {
  const { takeAll } = setUp({ perSecond: 5, burst: 10 });
  expect(takeAll()).toBe(10);
});

test("TokenBucket returns the seconds until the next token", () => {
  const { bucket, takeAll, time } = setUp({ perSecond: 4, burst: 2 });
  takeAll();
  expect(bucket.take()).toBeCloseTo(0.25);
  time.now += 125;
  expect(bucket.take()).toBeCloseTo(0.125);
  time.now += 125;
  expect(bucket.take()).toBe(0);
  expect(bucket.take()).toBeCloseTo(0.25);
});

test("TokenBucket refills at its rate, up to its burst", () => {
  const { takeAll, time } = setUp({ perSecond: 5, burst: 10 });
  takeAll();
  time.now += 1_000;
  expect(takeAll()).toBe(5);
  time.now += 3_600_000;
  expect(takeAll()).toBe(10);
});

test("TokenBucket holds what comes in a pause of the process, for as long as the pause is recent", () => {
  const time = { now: 1_000, pausedMs: 0 };
  const spanOf = (ms: number) => ms + time.pausedMs;
  const rate = { perSecond: 5, burst: 10 };
  const bucket = new TokenBucket({ ...rate, monotonic: () => time.now, spanOf });
  const takeAll = () => {
    let taken = 0;
    while (bucket.take() === 0) taken += 1;
    return taken;
  };
  takeAll();
  time.now += 6_000;
  time.pausedMs = 6_000;
  expect(takeAll()).toBe(30);
  time.now += 3_600_000;
  time.pausedMs = 0;
  expect(takeAll()).toBe(10);
});

test("TokenBucket with a burst of one lets one through at a time", () => {
  const { bucket, time } = setUp({ perSecond: 1, burst: 1 });
  expect(bucket.take()).toBe(0);
  expect(bucket.take()).toBeCloseTo(1);
  time.now += 1_000;
  expect(bucket.take()).toBe(0);
});

test("TokenBucket can be spent in any amount, and refills with time up to its bound", () => {
  const { bucket, time } = setUp({ perSecond: 10, burst: 20 });
  expect(bucket.left).toBe(20);
  bucket.spend(15);
  expect(bucket.left).toBe(5);
  time.now += 500;
  expect(bucket.left).toBe(10);
  expect(bucket.left).toBe(10);
  time.now += 60_000;
  expect(bucket.left).toBe(20);
});

test("TokenBucket that was overspent refills from below zero", () => {
  const { bucket, time } = setUp({ perSecond: 10, burst: 20 });
  bucket.spend(30);
  expect(bucket.left).toBe(-10);
  time.now += 2_000;
  expect(bucket.left).toBe(10);
});

test("TokenBucket adds nothing if the clock steps back", () => {
  const { bucket, time } = setUp({ perSecond: 10, burst: 20 });
  bucket.spend(20);
  time.now -= 1_000;
  expect(bucket.left).toBe(0);
  time.now += 1_500;
  expect(bucket.left).toBe(5);
});
