import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { idTimeMs, newId } from "./new_id.ts";

const TIME_MS = 1_790_000_000_000;

test("newId() makes a prefixed UUIDv7 in 32 hexadecimal digits", () => {
  expect(newId("evt")).toMatch(/^evt_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  expect(newId("dlv")).toMatch(/^dlv_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
});

test("newId() contains the current time by default", () => {
  const before = Date.now();
  const id = newId("evt");
  expect(idTimeMs(id)).toBeGreaterThanOrEqual(before);
  expect(idTimeMs(id)).toBeLessThanOrEqual(Date.now());
  expect(idTimeMs(newId("evt", { now: 3_000_000_000_000 }))).toBe(3_000_000_000_000);
});

test.each([
  [0, "000000000000"],
  [0.9, "000000000000"],
  [1_645_557_742_000, "017f22e279b0"], // The example of RFC 9562, appendix A.6.
  [2 ** 48 - 1, "ffffffffffff"],
])("newId() writes the time %d as %s", (now, digits) => {
  const id = newId("evt", { now });
  expect(id.slice(4, 16)).toBe(digits);
  expect(idTimeMs(id)).toBe(Math.floor(now));
});

test("newId() keeps the order of ids made in one millisecond, across prefixes", () => {
  const ids = Array.from({ length: 100_000 }, (_, index) =>
    newId(index % 2 === 0 ? "evt" : "dlv", { now: TIME_MS }).slice(4),
  );
  expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ""))).toBe(true);
  expect(idTimeMs(`evt_${ids.at(-1)}`)).toBe(TIME_MS);
});

test("newId() sorts by time", () => {
  const times = fc.array(fc.nat({ max: 2 ** 31 - 1 }), { minLength: 2, maxLength: 50 });
  fc.assert(
    fc.property(times, (offsets) => {
      const sorted = offsets.map((offset) => TIME_MS + offset).sort((a, b) => a - b);
      const ids = sorted.map((now) => newId("evt", { now }));
      expect([...ids].sort()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});

test("newId() keeps the order if the clock steps back a little", () => {
  const first = newId("evt", { now: TIME_MS * 2 });
  const second = newId("evt", { now: TIME_MS * 2 - 9_999 });
  expect(second > first).toBe(true);
  expect(idTimeMs(second)).toBe(TIME_MS * 2);
});

test("newId() follows a clock that steps back far", () => {
  newId("evt", { now: TIME_MS * 2 });
  expect(idTimeMs(newId("evt", { now: TIME_MS * 2 - 10_000 }))).toBe(TIME_MS * 2 - 10_000);
});

test("newId() ends in fresh randomness each time", () => {
  const tails = Array.from({ length: 10_000 }, () => newId("evt", { now: TIME_MS }).slice(-11));
  // 44 random bits: a repeat among 10,000 is a chance of one in 350,000.
  expect(new Set(tails).size).toBe(tails.length);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 48])(
  "newId() refuses the time %d",
  (now) => {
    expect(() => newId("evt", { now })).toThrow(RangeError);
    expect(() => newId("evt", { now })).toThrow("Cannot make an id");
  },
);

test.each([
  ["nothing", ""],
  ["no prefix", "017f22e279b07cc398c4dc0c0c07398f"],
  ["another prefix", "sub_017f22e279b07cc398c4dc0c0c07398f"],
  ["upper case", "evt_017F22E279B07CC398C4DC0C0C07398F"],
  ["dashes", "evt_017f22e2-79b0-7cc3-98c4-dc0c0c07398f"],
  ["another version", "evt_017f22e279b04cc398c4dc0c0c07398f"],
  ["another variant", "evt_017f22e279b07cc3c8c4dc0c0c07398f"],
  ["a digit too few", "evt_017f22e279b07cc398c4dc0c0c07398"],
  ["a digit too many", "evt_017f22e279b07cc398c4dc0c0c07398f0"],
  ["a line break after it", "evt_017f22e279b07cc398c4dc0c0c07398f\n"],
])("idTimeMs() refuses %s", (_, id) => {
  expect(() => idTimeMs(id)).toThrow(SyntaxError);
  expect(() => idTimeMs(id)).toThrow("Cannot read the time of an id");
});

test("idTimeMs() reads back any time", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 2 ** 31 - 1 }),
      fc.constantFrom("evt" as const, "dlv" as const),
      (n, prefix) => {
        // Steps forward, or back by more than the tolerance: always the given time.
        const now = n * 20_000;
        expect(idTimeMs(newId(prefix, { now }))).toBe(now);
      },
    ),
  );
});
