/** The type of a batch whose events do not share one. */
export const MIXED_BATCH = "mixed";

/** Events of one batch that are read; a larger one is unreadable. */
export const BATCH_EVENTS_MAX = 10_000;

/**
 * The type of a request that holds several events: their common one, {@linkcode MIXED_BATCH} if they have none, empty if
 * there are no events or one has no type. Naming it after the first event would hide the others from subscribers that
 * filter by type.
 */
export function batchType(types: readonly unknown[]): string {
  const [first, ...others] = new Set(types);
  if (types.some((type) => typeof type !== "string" || type === "")) return "";
  if (typeof first !== "string") return "";
  return others.length === 0 ? first : MIXED_BATCH;
}
