/** Most patterns of one kind in a subscription. */
export const PATTERNS_MAX = 100;

const PATTERN_CHARS_MAX = 200;

/** More stars only slow down matching. */
const STARS_MAX = 5;

/** What {@linkcode isPattern} requires, in words. */
export const PATTERN_FORM: string =
  `1 to ${PATTERN_CHARS_MAX} characters without control characters, ` +
  `with at most ${STARS_MAX} stars`;

/** Whether this is a valid pattern for types or sources, such as `payment.*`; `*` is any run of characters. */
export function isPattern(value: string): boolean {
  if (value.trim() === "" || value.length > PATTERN_CHARS_MAX || /\p{Cc}/u.test(value))
    return false;
  return value.split("*").length <= STARS_MAX + 1;
}
