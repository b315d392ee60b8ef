/** Options for {@linkcode countFitting} and {@linkcode takeFitting}. */
export interface FittingOptions<T> {
  /** Most items of a batch. */
  itemsMax: number;
  /** Most bytes of a batch; an item that is larger is a batch of its own. */
  bytesMax: number;
  bytesOf: (item: T) => number;
}

/** How many of the first items fit into one batch: at least one if there is one. */
export function countFitting<T>(items: readonly T[], options: FittingOptions<T>): number {
  const { itemsMax, bytesMax, bytesOf } = options;
  let count = 0;
  let bytes = 0;
  for (const item of items) {
    if (count === itemsMax) break;
    bytes += bytesOf(item);
    if (count > 0 && bytes > bytesMax) break;
    count += 1;
  }
  return count;
}

/** Removes the next batch from the front of a queue and returns it; empty only if the queue is. */
export function takeFitting<T>(queue: T[], options: FittingOptions<T>): T[] {
  return queue.splice(0, countFitting(queue, options));
}
