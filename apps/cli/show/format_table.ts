import { cutText, widthOf } from "./cut_text.ts";

/** Options for {@linkcode formatTable}. */
export interface TableOptions {
  /** Width that lines should fit in; null for any. @default {null} */
  columns?: number | null;
  /** Indexes of the columns that may be cut to fit. @default {[]} */
  shrinkable?: readonly number[];
}

const GAP = "  ";
/** A column is not cut below this. */
const WIDTH_MIN = 8;

/** Rows of cells as aligned lines, the widest shrinkable column cut first where they do not fit. */
export function formatTable(
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const widths = columnWidths(rows, options);
  const lines = rows.map((row) =>
    row
      .map((cell, index) => pad(cutText(cell, widths[index] ?? 0), widths[index] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** Whether the rows fit as they are. */
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

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}
