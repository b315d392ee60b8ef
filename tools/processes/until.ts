/** Between two looks, in milliseconds. */
const LOOK_EVERY_MS = 50;

/**
 * Waits for a condition.
 *
 * @throws {Error} where it does not hold within that time.
 */
export async function until(
  what: string,
  { holds, withinMs }: { holds: () => boolean | Promise<boolean>; withinMs: number },
): Promise<void> {
  const endsAt = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endsAt) throw new Error(`Cannot go on: no ${what} in ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
