import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotInstalledError } from "./peers/database_servers.ts";
import { type Column, type Row, report, warnIfBusy } from "./report.ts";
import { shuffle } from "./statistics.ts";

/** Figures of one round, by the name of their column; missing if this entrant has none. `<column>: <part>` is a part of one. */
export type Round = Partial<Record<string, number>>;

/** Something that runs and is measured. */
export interface Runner {
  stop(): Promise<void>;
}

/** Something to be measured beside others. */
export interface Entrant<One extends Runner> {
  name: string;
  /** Starts it in a folder of its own. @throws {NotInstalledError} if a program that it needs is missing. */
  start(folder: string): Promise<One>;
}

/** Options for {@linkcode race}. */
export interface RaceOptions<One extends Runner> {
  /** The first one is ours. */
  entrants: readonly Entrant<One>[];
  /** Counted rounds, after a warm-up, which is round 0. */
  rounds: number;
  measure: (one: One, options: { name: string; round: number }) => Promise<Round>;
  title: string;
  columns: readonly Column[];
  /** Path of a file to write the values to, as JSON. */
  json?: string | undefined;
}

/** What every race is asked on the command line. */
export interface RaceArguments {
  /** Length of a round. */
  seconds: number;
  rounds: number;
  json?: string;
}

interface Started<One> {
  row: Row;
  one: One;
}

/**
 * Starts all entrants in a temporary folder, measures them in rounds, each in a random order, prints a table, stops them and
 * removes the folder. One that cannot be started because something is not installed is named in the table.
 */
export async function race<One extends Runner>(options: RaceOptions<One>): Promise<void> {
  const { entrants, rounds, title, columns, json } = options;
  warnIfBusy();
  const folder = await mkdtemp(join(tmpdir(), "hookgate-bench-"));
  const started: Started<One>[] = [];
  const rows: Row[] = [];
  try {
    for (const { name, start } of entrants) {
      const own = join(folder, String(rows.length));
      const row: Row = { name, figures: {}, missing: null };
      rows.push(row);
      await mkdir(own);
      try {
        started.push({ row, one: await start(own) });
      } catch (error) {
        if (!(error instanceof NotInstalledError)) throw error;
        row.missing = error.message;
        console.error(`not measured: ${name}: ${error.message}`);
      }
    }
    await measureAll(started, options);
    await report(rows, { title: `${title}, ${rounds} rounds`, columns, json });
  } finally {
    await Promise.allSettled(started.map(({ one }) => one.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureAll<One extends Runner>(
  started: readonly Started<One>[],
  { rounds, measure }: RaceOptions<One>,
): Promise<void> {
  for (let round = 0; round <= rounds; round += 1) {
    for (const { row, one } of shuffle(started)) {
      const result = await measure(one, { name: row.name, round });
      console.error(`round ${round}${round === 0 ? " (warm-up)" : ""}: ${row.name}`, result);
      if (round === 0) continue;
      for (const [name, value] of Object.entries(result)) {
        if (value === undefined) continue;
        row.figures[name] ??= Array.from({ length: rounds }, () => null);
        row.figures[name][round - 1] = value;
      }
    }
  }
}
