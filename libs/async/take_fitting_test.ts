import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { countFitting, takeFitting } from "./take_fitting.ts";

const bytesOf = (item: number) => item;

test.each<[number[], number, number, number]>([
  [[], 3, 10, 0],
  [[1], 3, 10, 1],
  [[1, 2, 3, 4], 3, 10, 3],
  [[5, 5, 1], 3, 10, 2],
  [[5, 4, 1], 3, 10, 3],
  // One that is too large comes alone, and waits for its turn behind others.
  [[11], 3, 10, 1],
  [[11, 1], 3, 10, 1],
  [[1, 11, 1], 3, 10, 1],
  [[0, 0, 0, 0], 3, 0, 3],
])(
  "countFitting() of %j, at most %d items and %d bytes, is %d",
  (items, itemsMax, bytesMax, count) => {
    expect(countFitting(items, { itemsMax, bytesMax, bytesOf })).toBe(count);
  },
);

test("takeFitting() empties a queue in order, batch by batch, each within its bounds", () => {
  const sizes = fc.array(fc.nat({ max: 50 }));
  const bounds = fc.record({
    itemsMax: fc.integer({ min: 1, max: 5 }),
    bytesMax: fc.nat({ max: 60 }),
  });
  fc.assert(
    fc.property(sizes, bounds, (items, { itemsMax, bytesMax }) => {
      const queue = [...items];
      const taken: number[] = [];
      while (queue.length > 0) {
        const batch = takeFitting(queue, { itemsMax, bytesMax, bytesOf });
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(itemsMax);
        const bytes = batch.reduce((sum, size) => sum + size, 0);
        if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(bytesMax);
        taken.push(...batch);
      }
      expect(taken).toEqual(items);
    }),
  );
});
