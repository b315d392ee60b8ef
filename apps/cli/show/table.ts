import { cutText, widthOf } from "./cells.ts";
import { paint, paintState } from "./paint.ts";
import { showText } from "./show_text.ts";

/** Options for {@linkcode formatTable}. */
export interface TableOptions {
  /** Width that lines should fit in; null for no limit. @default {null} */
  columns?: number | null;
  /** Indexes of the columns that can be cut. @default {[]} */
  shrinkable?: readonly number[];
  /** Whether the title and the column STATE are painted. @default {false} */
  colour?: boolean;
}

const GAP = "  ";
/** Before what does not stand on the first line of a row. */
const INDENT = "  ";
/** A column is not cut below this width. */
const WIDTH_MIN = 7;

/** Rows of cells as aligned lines; see {@linkcode layOut}. */
export function formatTable(
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  return layOut(rows, options)
    .flat()
    .map((line) => `${line}\n`)
    .join("");
}

/**
 * The lines of each row. If they do not fit, the widest shrinkable column is cut first; if all these are as narrow as they may be
 * and it still does not fit, the last columns stand on further lines, whole.
 */
function layOut(rows: readonly (readonly string[])[], options: TableOptions): string[][] {
  const { columns = null } = options;
  const widths = columnWidths(rows, options);
  const lines = lineBreaks(widths, columns ?? Number.POSITIVE_INFINITY);
  const painted = options.colour ? painter(rows) : (text: string) => text;
  const cellOf = (row: readonly string[], at: number, index: number) => {
    const width = widths[index] ?? 0;
    const text = cutText(row[index] ?? "", width);
    const room = " ".repeat(Math.max(0, width - widthOf(text)));
    return `${painted(text, at, index)}${room}`;
  };
  return rows.map((row, at) =>
    lines.flatMap((indexes, number) => {
      const cells = indexes.filter((index) => index < row.length);
      const text = cells
        .map((index) => cellOf(row, at, index))
        .join(GAP)
        .trimEnd();
      if (number === 0) return [text];
      return text === "" ? [] : [`${INDENT}${text}`];
    }),
  );
}

/** Which columns stand on which line. */
function lineBreaks(widths: readonly number[], columns: number): number[][] {
  const lines: number[][] = [[]];
  let left = columns;
  for (const [index, width] of widths.entries()) {
    if (left < width && left < columns) {
      lines.push([]);
      left = columns - INDENT.length;
    }
    lines.at(-1)?.push(index);
    left -= width + GAP.length;
  }
  return lines;
}

/** Whether the rows fit without cuts. */
export function fitsTable(rows: readonly (readonly string[])[], columns: number | null): boolean {
  return columns === null || total(columnWidths(rows, {})) <= columns;
}

function columnWidths(rows: readonly (readonly string[])[], options: TableOptions): number[] {
  const { columns = null, shrinkable = [] } = options;
  const whole: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      whole[index] = Math.max(whole[index] ?? 0, widthOf(cell));
    });
  }
  if (columns === null) return whole;
  const widths = [...whole];
  while (total(widths) > columns) {
    const widest = shrinkable.reduce(
      (best, index) => ((widths[index] ?? 0) > (widths[best] ?? 0) ? index : best),
      shrinkable[0] ?? -1,
    );
    if ((widths[widest] ?? 0) <= WIDTH_MIN) {
      // On further lines there is room.
      return whole.map((width) => Math.min(width, Math.max(WIDTH_MIN, columns - INDENT.length)));
    }
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return (
    widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1)
  );
}

/** After cutting and aligning, for which only what is seen counts. */
function painter([title = []]: readonly (readonly string[])[]) {
  const state = title.indexOf("STATE");
  return (text: string, row: number, column: number) => {
    if (row === 0) return paint(text, "bold");
    return column === state ? paintState(text) : text;
  };
}

/** A row of a table, with longer notes about it. */
export interface NotedRow {
  cells: readonly string[];
  notes: readonly string[];
}

/** Rows as aligned lines; the first row is the title. Notes are columns if everything fits, and separate lines otherwise. */
export function formatNotedTable(rows: readonly NotedRow[], options: TableOptions = {}): string {
  const { columns = null } = options;
  const whole = rows.map(({ cells, notes }) => [...cells, ...notes]);
  if (fitsTable(whole, columns)) return formatTable(whole, options);
  const lines = layOut(
    rows.map(({ cells }) => cells),
    options,
  );
  return rows
    .flatMap(({ notes }, at) => [...(lines[at] ?? []), ...noteLine(notes, columns)])
    .map((line) => `${line}\n`)
    .join("");
}

function noteLine(notes: readonly string[], columns: number | null): string[] {
  const said = notes.filter((note) => note !== "").join(GAP);
  if (said === "") return [];
  return [cutText(`${INDENT}${said}`, columns ?? Number.POSITIVE_INFINITY)];
}

/** Headers, in the order received. */
export type ShownHeaders = readonly (readonly [string, string])[];

/** Names and values, aligned; empty values are left out. */
export function formatFields(
  lines: readonly (readonly string[])[],
  { colour = false }: Pick<TableOptions, "colour"> = {},
): string {
  const shown = lines.filter(([, value]) => value !== "");
  return formatTable(
    shown.map(([name = "", value = ""]) => {
      const text = showText(value);
      return [`  ${name}`, colour && name === "state" ? paintState(text) : text];
    }),
  );
}

/** A paragraph of headers; nothing for null. */
export function formatHeaders(headers: ShownHeaders | null): string {
  if (headers === null) return "";
  const lines = headers.map(([name, value]) => `  ${showText(name)}: ${showText(value)}\n`);
  return `\nheaders\n${lines.join("")}`;
}
