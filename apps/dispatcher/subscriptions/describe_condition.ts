import type { Condition } from "@hookgate/types";

/** Longest description, in characters. */
const DESCRIPTION_CHARS_MAX = 200;

/** A condition in words, such as `/data/amount gte 100`: what is configured, and nothing of any body. */
export function describeCondition({ pointer, test, value }: Condition): string {
  const text = `${pointer} ${test} ${JSON.stringify(value)}`;
  return text.length > DESCRIPTION_CHARS_MAX
    ? `${text.slice(0, DESCRIPTION_CHARS_MAX - 1)}…`
    : text;
}
