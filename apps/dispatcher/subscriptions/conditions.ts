import type { JsonField } from "@hookgate/providers";
import type { Condition, Scalar } from "@hookgate/types";

/** Longest description of a condition, in characters. */
const DESCRIPTION_CHARS_MAX = 200;

/**
 * Whether a field of a body meets a condition; `undefined` means the body has no such field. A field that holds null,
 * an object or an array exists, but objects and arrays equal nothing. `not` is the opposite of `equals`, so a missing
 * field meets it. Only two numbers or two strings can be ordered; strings compare by UTF-16 code unit, which orders
 * ISO 8601 dates correctly.
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

/** A condition in words, such as `/data/amount gte 100`. Holds what is configured, and nothing from any body. */
export function describeCondition({ pointer, test, value }: Condition): string {
  const text = `${pointer} ${test} ${JSON.stringify(value)}`;
  return text.length > DESCRIPTION_CHARS_MAX
    ? `${text.slice(0, DESCRIPTION_CHARS_MAX - 1)}…`
    : text;
}

/** Negative, 0 or positive; NaN, for which every comparison is false, if the two cannot be ordered. */
function compare(field: JsonField | undefined, value: Condition["value"]): number {
  const numbers = typeof field === "number" && typeof value === "number";
  const texts = typeof field === "string" && typeof value === "string";
  if (!numbers && !texts) return Number.NaN;
  if (field === value) return 0;
  return field < value ? -1 : 1;
}
