import { expect, test } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./durations.ts";
import type { Provider } from "./provider.ts";
import { PROVIDERS } from "./providers.ts";
import { endOfRetriesMs, nextRetryMs, type Retries } from "./retries.ts";

const facts = (more: Partial<Retries> = {}): Retries => ({
  automatic: true,
  horizonMs: 3 * HOUR_MS,
  note: "",
  ...more,
});

test.each<[string, Retries, number, number | null]>([
  ["the first", facts({ waitsMs: [MINUTE_MS, HOUR_MS] }), 0, MINUTE_MS],
  ["a later one", facts({ waitsMs: [MINUTE_MS, HOUR_MS] }), MINUTE_MS, HOUR_MS + MINUTE_MS],
  ["none after the last", facts({ waitsMs: [MINUTE_MS, HOUR_MS] }), 2 * HOUR_MS, null],
  [
    "one of those that go on",
    facts({ waitsMs: [MINUTE_MS], everyMs: HOUR_MS }),
    HOUR_MS,
    61 * MINUTE_MS,
  ],
  ["none past the end", facts({ everyMs: HOUR_MS }), 3 * HOUR_MS, null],
  ["the last, at the end", facts({ everyMs: HOUR_MS }), 3 * HOUR_MS - 1, 3 * HOUR_MS],
  ["none that is not documented", facts(), 0, null],
  ["none of a provider that never retries", facts({ automatic: false, everyMs: HOUR_MS }), 0, null],
  ["one at once", facts({ waitsMs: [0, MINUTE_MS] }), -1, 0],
])("nextRetryMs() is %s", (_, retries, afterMs, expected) => {
  expect(nextRetryMs(retries, afterMs)).toBe(expected);
});

test("endOfRetriesMs() is what is documented of automatic ones", () => {
  expect(endOfRetriesMs(facts())).toBe(3 * HOUR_MS);
  expect(endOfRetriesMs(facts({ givesUpAfterMs: HOUR_MS }))).toBe(HOUR_MS);
  expect(endOfRetriesMs(facts({ automatic: false, horizonMs: DAY_MS }))).toBeNull();
});

const known = Object.values(PROVIDERS).map((one): [string, Provider] => [one.id, one]);

test.each(known)(
  "the retry facts of %s fit together, and say where they are from",
  (_, { retries }) => {
    const { automatic, horizonMs, waitsMs, everyMs, givesUpAfterMs, switchesOff, source } = retries;
    const hasFacts = [waitsMs, everyMs, givesUpAfterMs, switchesOff].some(
      (one) => one !== undefined,
    );
    expect(source !== undefined).toBe(hasFacts);
    for (const url of [source, switchesOff?.source]) {
      if (url !== undefined) expect(url).toMatch(/^https:\/\/[^ ]+$/);
    }
    if (!automatic)
      expect([waitsMs, everyMs, givesUpAfterMs]).toEqual([undefined, undefined, undefined]);
    const end = endOfRetriesMs(retries);
    const sum = (waitsMs ?? []).reduce((all, one) => all + one, 0);
    if (end !== null) expect(sum).toBeLessThanOrEqual(end);
    if (givesUpAfterMs !== undefined && horizonMs !== null) {
      expect(givesUpAfterMs).toBeLessThanOrEqual(horizonMs);
    }
    if (everyMs !== undefined) expect(everyMs).toBeGreaterThanOrEqual(MINUTE_MS);
    if (switchesOff === undefined) return;
    const { afterMs, failures } = switchesOff;
    expect((afterMs === undefined) !== (failures === undefined)).toBe(true);
    expect(afterMs ?? failures).toBeGreaterThan(0);
  },
);
