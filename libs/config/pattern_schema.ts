import { z } from "zod";

const PATTERN_CHARS_MAX = 200;

/** More stars only make matching slow. */
const STARS_MAX = 5;

/** A name, or a pattern with `*` for any run of characters. `what` is an example of both, for a sentence. */
export function patternSchema(what: string) {
  return z.unknown().transform((value, context): string => {
    if (typeof value === "string" && isPattern(value)) return value;
    const message =
      `must be ${what}: 1 to ${PATTERN_CHARS_MAX} characters ` +
      `without control characters, with at most ${STARS_MAX} stars`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

function isPattern(value: string): boolean {
  if (value.trim() === "" || value.length > PATTERN_CHARS_MAX || /\p{Cc}/u.test(value))
    return false;
  return value.split("*").length <= STARS_MAX + 1;
}
