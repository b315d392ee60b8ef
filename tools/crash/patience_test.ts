import { expect, test } from "@jest/globals";
import { comesTrue } from "./patience.ts";

const NOBODY = { ms: 100, pids: () => [] };

test("comesTrue() looks until it is true", async () => {
  let looks = 0;
  const third = () => {
    looks += 1;
    return looks === 3;
  };
  expect(await comesTrue(third, NOBODY)).toBe(true);
  expect(looks).toBe(3);
});

test("comesTrue() gives up, also if a process that it watches has ended", async () => {
  const pids = () => [0x7fff_ffff];
  expect(await comesTrue(() => false, { ...NOBODY, pids })).toBe(false);
});
