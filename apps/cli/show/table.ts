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
/** A column is not cut below this width. */
const WIDTH_MIN = 7;

/** Rows of cells as aligned lines. If they do not fit, the widest shrinkable column is cut first. */
export function formatTable(
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const widths = columnWidths(rows, options);
  const painted = options.colour ? painter(rows) : (text: string) => text;
  const lines = rows.map((row, at) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        const text = cutText(cell, width);
        const room = " ".repeat(Math.max(0, width - widthOf(text)));
        return `${painted(text, at, index)}${room}`;
      })
      .join(GAP)
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** Whether the rows fit without cuts. */
export function fitsTable(rows: readonly (readonly string[])[], columns: number | null): boolean {
  return columns === null || total(columnWidths(rows, {})) <= columns;
}

function columnWidths(rows: readonly (readonly string[])[], options: TableOptions): number[] {
  const { columns = null, shrinkable = [] } = options;
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
    });
  }
  while (columns !== null && total(widths) > columns) {
    const widest = shrinkable.reduce(
      (best, index) => ((widths[index] ?? 0) > (widths[best] ?? 0) ? index : best),
      shrinkable[0] ?? -1,
    );
    if ((widths[widest] ?? 0) <= WIDTH_MIN) break;
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

const INDENT = "  ";

/** Rows as aligned lines; the first row is the title. Notes are columns if everything fits, and separate lines otherwise. */
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

/** Characters that take two cells: East Asian wide ones and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{3fffd}]/u;

/** Cells of a terminal that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** A text, cut with `…` at its end if it takes more cells than `width`. */
export function cutText(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let left = width - 1;
  for (const character of text) {
    left -= widthOf(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}
