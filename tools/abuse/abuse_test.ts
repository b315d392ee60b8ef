import { expect, test } from "@jest/globals";
import { abuse } from "./abuse.ts";
import { ATTACKS } from "./attacks/attacks.ts";

test("every attack is held off, in the short form", async () => {
  const lines: string[] = [];
  const report = (line: string) => lines.push(line);
  const held = await abuse({ attacks: ATTACKS, short: true, report });
  // The table is what explains a failure.
  expect(held ? [] : lines).toEqual([]);
  expect(lines).toHaveLength(ATTACKS.length + 2);
}, 240_000);

test("an expectation that is violated is noticed", async () => {
  const lines: string[] = [];
  const [attack] = ATTACKS.filter(({ id }) => id === "S6");
  const greedy = { ...attack, growthBytesMax: -1 } as (typeof ATTACKS)[number];
  const held = await abuse({
    attacks: [greedy],
    short: true,
    report: (line) => lines.push(line),
  });
  expect(held).toBe(false);
  expect(lines.join("\n")).toMatch(/S6 .*memory grew by \d+ MiB/);
}, 60_000);
