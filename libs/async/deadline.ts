/** Options for {@linkcode deadline}. */
export interface DeadlineOptions<Late> {
  /** Longest wait, in milliseconds. */
  ms: number;
  /** Called when the time is up; what it returns or throws is the outcome. */
  late: () => Late;
}

/**
 * Waits for a promise, but no longer than `ms`. The work behind the promise is not cancelled; if it rejects later, the
 * error is ignored. No timer is left behind.
 */
export async function deadline<T, Late>(
  promise: Promise<T>,
  options: DeadlineOptions<Late>,
): Promise<T | Late> {
  const { ms, late } = options;
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<Late>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    }, ms);
  });
  try {
    return await Promise.race([promise, timeIsUp]);
  } finally {
    clearTimeout(timer);
  }
}
