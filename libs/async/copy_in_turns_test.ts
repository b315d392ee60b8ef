import { expect, test } from "@jest/globals";
import { copyInTurns } from "./copy_in_turns.ts";

const MIB = 1024 * 1024;

test.each([0, 1, 4 * MIB, 9 * MIB + 1])(
  "copyInTurns() copies %d bytes of a view",
  async (bytes) => {
    const behind = new Uint8Array(bytes + 16).fill(7);
    const copy = await copyInTurns(behind.subarray(8, 8 + bytes));
    expect(copy.length).toBe(bytes);
    expect(copy.buffer.byteLength).toBe(bytes);
    expect(copy.every((byte) => byte === 7)).toBe(true);
  },
);

test("copyInTurns() gives others their turn", async () => {
  const copied = copyInTurns(new Uint8Array(12 * MIB)).then(() => "copied");
  const other = new Promise((resolve) => setImmediate(() => resolve("other")));
  expect(await Promise.race([copied, other])).toBe("other");
  expect(await copied).toBe("copied");
});
