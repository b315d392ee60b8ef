import { z } from "zod";
import { isPattern, PATTERN_FORM } from "./is_pattern.ts";

/** A name, or a pattern with `*` for any run of characters. `what` is an example of both, for a sentence. */
export function patternSchema(what: string) {
  return z.unknown().transform((value, context): string => {
    if (typeof value === "string" && isPattern(value)) return value;
    context.addIssue({ code: "custom", message: `must be ${what}: ${PATTERN_FORM}` });
    return z.NEVER;
  });
}
