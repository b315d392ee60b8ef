import { type BackoffPolicy, RETRIES_MAX } from "./backoff_policy.ts";

/**
 * The same policy with another number of retries: cut, or extended with its last wait.
 *
 * @throws {RangeError} where `retries` is no number of retries, or there is no wait to repeat.
 */
export function resizePolicy(policy: BackoffPolicy, retries: number): BackoffPolicy {
  if (!Number.isInteger(retries) || retries < 0 || retries > RETRIES_MAX) {
    throw new RangeError(
      `Cannot resize policy "${policy.name}": retries is ${retries}, expected 0 to ${RETRIES_MAX}`,
    );
  }
  const last = policy.delaysMs.at(-1);
  if (last === undefined && retries > 0) {
    throw new RangeError(`Cannot resize policy "${policy.name}": it has no wait to repeat`);
  }
  const delaysMs = Array.from(
    { length: retries },
    (_, index) => policy.delaysMs[index] ?? last ?? 0,
  );
  return { ...policy, delaysMs };
}
