/** What a batch is called whose events are not all of one type. */
export const MIXED_BATCH = "mixed";

/**
 * The type of a request that holds several events: theirs where they share one, {@linkcode MIXED_BATCH} where they do
 * not, empty where there are none or one has no type. Calling it after its first event would hide the others from
 * whoever subscribes by type.
 */
export function batchType(types: readonly unknown[]): string {
  const [first, ...others] = new Set(types);
  if (types.some((type) => typeof type !== "string" || type === "")) return "";
  if (typeof first !== "string") return "";
  return others.length === 0 ? first : MIXED_BATCH;
}
