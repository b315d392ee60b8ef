import { z } from "zod";
import { nearestName } from "./nearest_name.ts";

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

/** A name, or a pattern with `*` for any run of characters. `what` names both in the error. */
export function patternSchema(what: string) {
  return z.unknown().transform((value, context): string => {
    if (typeof value === "string" && isPattern(value)) return value;
    context.addIssue({ code: "custom", message: `must be ${what}: ${PATTERN_FORM}` });
    return z.NEVER;
  });
}

/** Most sources named in an error. */
const NAMES_SHOWN_MAX = 10;

/** The name of a source, or a pattern of such names. A name without a star must be one of `sources`. */
export function sourcePatternSchema(sources: readonly string[]) {
  const pattern = patternSchema('the name of a source or a pattern such as "stripe/*"');
  return pattern.superRefine((name, context) => {
    if (typeof name !== "string" || name.includes("*") || sources.includes(name)) return;
    context.addIssue({ code: "custom", message: describeUnknown(name, sources) });
  });
}

function describeUnknown(name: string, sources: readonly string[]): string {
  const nearest = nearestName(name, sources);
  if (nearest !== null) return `names an unknown source: did you mean ${JSON.stringify(nearest)}?`;
  const shown = sources.slice(0, NAMES_SHOWN_MAX).join(", ");
  const more = sources.length > NAMES_SHOWN_MAX ? " …" : "";
  return `names an unknown source: the sources are ${shown}${more}`;
}
