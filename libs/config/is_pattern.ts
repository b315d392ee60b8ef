/** Patterns of one kind that a subscription can have. */
export const PATTERNS_MAX = 100;

const PATTERN_CHARS_MAX = 200;

/** More stars only make matching slow. */
const STARS_MAX = 5;

/** What {@linkcode isPattern} asks for, in words. */
export const PATTERN_FORM: string =
  `1 to ${PATTERN_CHARS_MAX} characters without control characters, ` +
  `with at most ${STARS_MAX} stars`;

/** Whether this can stand for types or sources: such as `payment.*`, where `*` is any run of characters. */
export function isPattern(value: string): boolean {
  if (value.trim() === "" || value.length > PATTERN_CHARS_MAX || /\p{Cc}/u.test(value))
    return false;
  return value.split("*").length <= STARS_MAX + 1;
}
