import { clearImmediate, setImmediate } from "node:timers";

/** Options for {@linkcode deadline}. */
export interface DeadlineOptions<Late> {
  /** Longest wait, in milliseconds. */
  ms: number;
  /** Called when the time is up; what it returns or throws is the outcome. */
  late: () => Late;
}

/**
 * Waits for a promise, but no longer than `ms`. The work behind the promise is not cancelled; if it rejects later, the
 * error is ignored. No timer is left behind. After a pause of this process timers come first: what has arrived meanwhile is
 * in time.
 */
export async function deadline<T, Late>(
  promise: Promise<T>,
  options: DeadlineOptions<Late>,
): Promise<T | Late> {
  const { ms, late } = options;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  const timeIsUp = new Promise<Late>((resolve, reject) => {
    const end = () => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    };
    timer = setTimeout(() => {
      immediate = setImmediate(end);
    }, ms);
  });
  try {
    return await Promise.race([promise, timeIsUp]);
  } finally {
    clearTimeout(timer);
    clearImmediate(immediate);
  }
}
