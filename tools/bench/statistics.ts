/** A figure over several rounds. */
export interface Figure {
  median: number;
  min: number;
  max: number;
}

/** Returns median, minimum and maximum of at least one value. */
export function summarize(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError("Cannot summarize: there are no values");
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
  return { median, min: sorted[0] ?? median, max: sorted.at(-1) ?? median };
}

/** Formats values for a table: `median (min to max)`. */
export function showFigure(values: readonly number[], digits: number): string {
  const { median, min, max } = summarize(values);
  const [middle, least, greatest] = [median, min, max].map((value) => value.toFixed(digits));
  return `${middle} (${least} to ${greatest})`;
}

/** Returns the values in random order, so that no contender always runs first. */
export function shuffle<T>(values: readonly T[], random: () => number = Math.random): T[] {
  return values
    .map((value) => ({ value, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}
