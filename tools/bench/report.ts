import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { showFigure } from "./statistics.ts";

/** Load of the machine, in running processes, above which figures are not to be trusted. */
const QUIET_LOAD_MAX = 0.5;

/** Warns on standard error if something else keeps the machine busy. */
export function warnIfBusy(): void {
  const [load = 0] = loadavg();
  if (load <= QUIET_LOAD_MAX) return;
  console.error(
    `This machine is busy (load ${load.toFixed(1)}): only CPU per event is worth reading.`,
  );
}

/** One line of a table. */
export interface Row {
  name: string;
  /** Values of all rounds, by column; null if a round has none. */
  figures: Record<string, readonly (number | null)[]>;
}

/** A column: its name, and the digits after the point. */
export interface Column {
  name: string;
  digits: number;
  /** Also show the first row's figure divided by this row's, round by round. */
  ratio?: boolean;
}

/** Options for {@linkcode report}. */
export interface ReportOptions {
  title: string;
  columns: readonly Column[];
  /** Path of a file to write the values to, as JSON. */
  json?: string | undefined;
}

/** Prints a table in Markdown, `median (min to max)`, with what it was measured on. The first row is ours. */
export async function report(
  rows: readonly Row[],
  { title, columns, json }: ReportOptions,
): Promise<void> {
  const heads = columns.flatMap(({ name, ratio }) => (ratio ? [name, "ours ÷ it"] : [name]));
  const [own] = rows;
  const lines = rows.map(({ name, figures }) => {
    const cells = columns.flatMap((column) => {
      const values = figures[column.name] ?? [];
      const shown = cell(values, column.digits);
      if (!column.ratio) return [shown];
      const ours = own?.figures[column.name] ?? [];
      return [
        shown,
        cell(
          values.map((value, at) => divide(ours[at], value)),
          2,
        ),
      ];
    });
    return `| ${[name, ...cells].join(" | ")} |`;
  });
  const machine = describeMachine();
  const under = `${machine.cpus} × ${machine.cpu}, ${machine.memoryGib} GiB, Node ${machine.node}, ${machine.commit}, ${machine.date}`;
  console.log(
    [
      `${title}: median (min to max)`,
      under,
      "",
      `| | ${heads.join(" | ")} |`,
      `|${"---|".repeat(heads.length + 1)}`,
      ...lines,
    ].join("\n"),
  );
  if (json !== undefined)
    await writeFile(json, `${JSON.stringify({ title, machine, rows }, null, 2)}\n`);
}

function divide(ours: number | null | undefined, theirs: number | null): number | null {
  return ours === null || ours === undefined || theirs === null ? null : ours / theirs;
}

function cell(values: readonly (number | null)[], digits: number): string {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? "–" : showFigure(numbers, digits);
}

function describeMachine() {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cpus: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    commit: readCommit(),
    date: new Date().toISOString().slice(0, 10),
  };
}

function readCommit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  } catch {
    return "no commit known";
  }
}
