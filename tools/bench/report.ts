import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { showFigure, summarize } from "./statistics.ts";

/** Load of the machine, in running processes, above which figures are not to be trusted. */
const QUIET_LOAD_MAX = 0.5;

/** When this program began: what it does itself makes the machine busy. */
const [LOAD_AT_START = 0] = loadavg();

/** Warns on standard error if something else keeps the machine busy. */
export function warnIfBusy(): void {
  if (LOAD_AT_START <= QUIET_LOAD_MAX) return;
  console.error(
    `This machine is busy (load ${LOAD_AT_START.toFixed(1)}): only CPU per event is worth reading.`,
  );
}

/** One line of a table. */
export interface Row {
  name: string;
  /** Values of all rounds, by column; null if a round has none. `<column>: <part>` is a part of a column's figure. */
  figures: Record<string, (number | null)[]>;
  /** Why it was not measured; null if it was. */
  missing: string | null;
}

/** A column: its name, and the digits after the point. */
export interface Column {
  name: string;
  digits: number;
  /** Also show this, round by round: the first row's figure divided by this row's, or this row's by the first's. */
  ratio?: "ours ÷ it" | "÷ first";
  /** Also show the medians of its parts. */
  parts?: boolean;
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
  const heads = columns.flatMap(({ name, ratio, parts }) => [
    name,
    ...(ratio === undefined ? [] : [ratio]),
    ...(parts ? ["of which"] : []),
  ]);
  const [first] = rows;
  const lines = rows.map((row) => {
    const cells = columns.flatMap((column) => cellsOf(row, column, first ?? row));
    return `| ${[row.name, ...cells].join(" | ")} |`;
  });
  const machine = describeMachine();
  const under = `${machine.cpus} × ${machine.cpu}, ${machine.memoryGib} GiB, load ${machine.load}, Node ${machine.node}, ${machine.commit}, ${machine.date}`;
  const missing = rows.flatMap((row) =>
    row.missing === null ? [] : `Not measured: ${row.name}. ${row.missing}`,
  );
  console.log(
    [
      `${title}: median (min to max)`,
      under,
      "",
      `| | ${heads.join(" | ")} |`,
      `|${"---|".repeat(heads.length + 1)}`,
      ...lines,
      ...(missing.length > 0 ? ["", ...missing] : []),
      "",
    ].join("\n"),
  );
  if (json !== undefined)
    await writeFile(json, `${JSON.stringify({ title, machine, rows }, null, 2)}\n`);
}

/** The figure of a row, and what its column shows with it. */
function cellsOf({ figures }: Row, { name, digits, ratio, parts }: Column, first: Row): string[] {
  const values = figures[name] ?? [];
  const cells = [cell(values, digits)];
  if (ratio !== undefined) {
    const firsts = first.figures[name] ?? [];
    const ratios = values.map((value, at) => {
      const other = firsts[at] ?? null;
      return ratio === "÷ first" ? divide(value, other) : divide(other, value);
    });
    cells.push(cell(ratios, 2));
  }
  if (parts) cells.push(partsOf(figures, name, digits));
  return cells;
}

function partsOf(figures: Row["figures"], column: string, digits: number): string {
  const start = `${column}: `;
  const parts = Object.entries(figures).flatMap(([name, values]) => {
    const numbers = values.filter((value) => value !== null);
    if (!name.startsWith(start) || numbers.length === 0) return [];
    return `${name.slice(start.length)} ${summarize(numbers).median.toFixed(digits)}`;
  });
  return parts.join(", ") || "–";
}

function divide(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one / other;
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
    load: LOAD_AT_START.toFixed(1),
    node: process.versions.node,
    commit: readCommit(),
    date: new Date().toISOString().slice(0, 10),
  };
}

function readCommit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], {
      encoding: "utf8",
      cwd: import.meta.dirname,
    }).trim();
  } catch {
    return "no commit known";
  }
}
