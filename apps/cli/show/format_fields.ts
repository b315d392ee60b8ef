import { formatTable } from "./format_table.ts";
import { showText } from "./show_text.ts";

/** Headers as they are shown: in the order received. */
export type ShownHeaders = readonly (readonly [string, string])[];

/** Names and values, aligned; what is empty is left out. */
export function formatFields(lines: readonly (readonly string[])[]): string {
  const shown = lines.filter(([, value]) => value !== "");
  return formatTable(shown.map(([name = "", value = ""]) => [`  ${name}`, showText(value)]));
}

/** A paragraph of headers; nothing where they are not wanted. */
export function formatHeaders(headers: ShownHeaders | null): string {
  if (headers === null) return "";
  const lines = headers.map(([name, value]) => `  ${showText(name)}: ${showText(value)}\n`);
  return `\nheaders\n${lines.join("")}`;
}
