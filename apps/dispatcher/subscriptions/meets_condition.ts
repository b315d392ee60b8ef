import type { JsonField } from "@hookgate/providers";
import type { Condition, Scalar } from "@hookgate/types";

/**
 * Whether a field of a body meets a condition; undefined is one that is not there. A field is there whatever stands in it,
 * null too. Objects and arrays are there, and equal nothing. `not` is the contrary of `equals`, so it holds for a field
 * that is not there. Comparing holds between two numbers, or two texts (by their UTF-16 code units, as dates in ISO 8601
 * want it), and between nothing else.
 */
export function meetsCondition(field: JsonField | undefined, condition: Condition): boolean {
  const { test, value } = condition;
  switch (test) {
    case "equals":
      return field === value;
    case "not":
      return field !== value;
    case "in":
      return Array.isArray(value) && value.some((one: Scalar) => one === field);
    case "exists":
      return (field !== undefined) === value;
    case "gt":
      return compare(field, value) > 0;
    case "gte":
      return compare(field, value) >= 0;
    case "lt":
      return compare(field, value) < 0;
    case "lte":
      return compare(field, value) <= 0;
  }
}

/** Below, at or above 0; NaN where they cannot be compared, of which every comparison is false. */
function compare(field: JsonField | undefined, value: Condition["value"]): number {
  const numbers = typeof field === "number" && typeof value === "number";
  const texts = typeof field === "string" && typeof value === "string";
  if (!numbers && !texts) return Number.NaN;
  if (field === value) return 0;
  return field < value ? -1 : 1;
}
