import { cutText } from "./cut_text.ts";
import { fitsTable, formatTable, type TableOptions } from "./format_table.ts";

/** A row of a table, and what there is to say about it at length. */
export interface NotedRow {
  cells: readonly string[];
  notes: readonly string[];
}

const INDENT = "  ";

/** Rows, their first one the title, as aligned lines: notes are columns where all fits, else lines of their own. */
export function formatNotedTable(rows: readonly NotedRow[], options: TableOptions = {}): string {
  const { columns = null } = options;
  const whole = rows.map(({ cells, notes }) => [...cells, ...notes]);
  if (fitsTable(whole, columns)) return formatTable(whole);
  const lines = formatTable(
    rows.map(({ cells }) => cells),
    options,
  ).split("\n");
  return rows.map(({ notes }, at) => `${lines[at]}\n${noteLine(notes, columns)}`).join("");
}

function noteLine(notes: readonly string[], columns: number | null): string {
  const said = notes.filter((note) => note !== "").join(INDENT);
  if (said === "") return "";
  return `${cutText(`${INDENT}${said}`, columns ?? Number.POSITIVE_INFINITY)}\n`;
}
