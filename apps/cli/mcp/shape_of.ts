/** Largest body that is read as JSON, in characters. */
const TEXT_CHARS_MAX = 1024 * 1024;

/** Fields of one object, and levels, that are shown. */
const FIELDS_MAX = 50;
const DEPTH_MAX = 6;

/** What a body looks like without its values: `{"type":"text","data":{"amount":"number"}}`. */
export function shapeOf(text: string): string {
  if (text.length > TEXT_CHARS_MAX) return "too large to look into";
  try {
    return JSON.stringify(shape(JSON.parse(text), 0));
  } catch {
    return "no JSON";
  }
}

function shape(value: unknown, depth: number): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    // Its items nearly always look the same.
    const first = value.length > 0 && depth < DEPTH_MAX ? shape(value[0], depth + 1) : "…";
    return value.length > 0 ? [first, `${value.length} in all`] : [];
  }
  if (typeof value !== "object") return typeof value === "string" ? "text" : typeof value;
  if (depth >= DEPTH_MAX) return "…";
  const fields = Object.entries(value);
  const shown = fields.slice(0, FIELDS_MAX).map(([name, inner]) => [name, shape(inner, depth + 1)]);
  const more = fields.length - shown.length;
  return Object.fromEntries(more > 0 ? [...shown, ["…", `${more} more`]] : shown);
}
