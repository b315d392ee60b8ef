import { expect, test } from "@jest/globals";
import { KeptApart } from "./kept_apart.ts";

function bench() {
  let now = 0;
  const apart = new KeptApart(() => now);
  const pass = (delayMs: number) => {
    now += delayMs;
  };
  const behave = (attempts: number) => {
    for (let count = 0; count < attempts; count += 1) apart.noteSafeAttempt("a");
  };
  return { apart, pass, behave };
}

test("KeptApart gives a suspect a host of its own for a minute, and knows nothing of others", () => {
  const { apart, pass } = bench();
  expect(apart.placeOf("a")).toBe("shared");
  expect(apart.add("a", { certain: false })).toBe(60_000);
  expect(apart.placeOf("a")).toBe("own");
  expect(apart.placeOf("b")).toBe("shared");
  pass(59_999);
  expect(apart.placeOf("a")).toBe("own");
  pass(1);
  expect(apart.placeOf("a")).toBe("shared");
});

test("KeptApart runs one attempt at a time of one at fault, until 20 in a row did no harm", () => {
  const { apart, behave } = bench();
  behave(30);
  apart.add("a", { certain: true });
  behave(19);
  expect(apart.placeOf("a")).toBe("solo");
  behave(1);
  expect(apart.placeOf("a")).toBe("own");
  // Suspected again after it was at fault, it is so still.
  apart.add("a", { certain: false });
  expect(apart.placeOf("a")).toBe("solo");
});

test("KeptApart doubles the attempts that must do no harm with each offence", () => {
  const { apart, behave } = bench();
  for (const attempts of [20, 40, 80, 160, 320, 640, 1_280, 1_280]) {
    apart.add("a", { certain: true });
    behave(attempts - 1);
    expect(apart.placeOf("a")).toBe("solo");
    behave(1);
    expect(apart.placeOf("a")).toBe("own");
  }
});

test("KeptApart doubles the time with each offence up to ten minutes, and forgets after a quiet hour", () => {
  const { apart, pass } = bench();
  const add = () => apart.add("a", { certain: false });
  expect([add(), add(), add(), add(), add(), add()]).toEqual([
    60_000, 120_000, 240_000, 480_000, 600_000, 600_000,
  ]);
  pass(600_000 + 3_599_999);
  expect(apart.placeOf("a")).toBe("shared");
  expect(add()).toBe(600_000);
  pass(600_000 + 3_600_000);
  expect(apart.placeOf("a")).toBe("shared");
  expect(add()).toBe(60_000);
});
