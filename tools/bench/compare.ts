import { type Column, report } from "./report.ts";
import { shuffle } from "./statistics.ts";

/** Something that is measured beside others. */
export interface Entrant {
  name: string;
  stop(): Promise<void>;
}

/** Figures of one round, by the name of their column; missing if this entrant has none. */
export type Round = Partial<Record<string, number>>;

/** Options for {@linkcode compare}. */
export interface CompareOptions<One extends Entrant> {
  /** Counted rounds, after a warm-up. */
  rounds: number;
  measure: (entrant: One, round: number) => Promise<Round>;
  title: string;
  columns: readonly Column[];
  /** Path of a file to write the values to, as JSON. */
  json?: string | undefined;
}

/** Measures all entrants in rounds, each in a random order, and prints a table. The first one is ours. */
export async function compare<One extends Entrant>(
  entrants: readonly One[],
  { rounds, measure, title, columns, json }: CompareOptions<One>,
): Promise<void> {
  const results = new Map<One, Round[]>(entrants.map((entrant) => [entrant, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const entrant of shuffle(entrants)) {
      const result = await measure(entrant, round);
      console.error(`round ${round}${round === 0 ? " (warm-up)" : ""}: ${entrant.name}`, result);
      if (round > 0) results.get(entrant)?.push(result);
    }
  }
  const rows = entrants.map((entrant) => {
    const own = results.get(entrant) ?? [];
    const figures = columns.map(({ name }) => [name, own.map((round) => round[name] ?? null)]);
    return { name: entrant.name, figures: Object.fromEntries(figures) };
  });
  await report(rows, { title: `${title}, ${rounds} rounds`, columns, json });
}

/** Stops all of them, also if one cannot be stopped. */
export async function stopAll(entrants: readonly Entrant[]): Promise<void> {
  await Promise.allSettled(entrants.map((entrant) => entrant.stop()));
}
