/** The type of a request that tells of several things at once, which are not of one type. */
export const MIXED = "mixed";

/** Most events of one request that are looked at. */
export const BATCH_EVENTS_MAX = 10_000;

/**
 * The type of a request that tells of several things at once: theirs, where they have one in common; else
 * {@linkcode MIXED}, because none can speak for the others. Empty where there is nothing, or something without a type.
 */
export function commonType(types: readonly string[]): string {
  const [first = ""] = types;
  if (types.includes("")) return "";
  return types.every((type) => type === first) ? first : MIXED;
}
