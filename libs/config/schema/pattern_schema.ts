import { z } from "zod";
import { nearestName } from "./nearest_name.ts";
import { isPattern, PATTERN_FORM } from "./patterns.ts";

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
