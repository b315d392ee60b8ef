import { MongoServerError } from "mongodb";
import { StoreUnavailableError } from "../contract/event_store.ts";

/** Times that a call looks again at what others have changed meanwhile. */
const TRIES_MAX = 8;

const DUPLICATE_KEY = 11000;

/**
 * Runs `work`, which looks something up and then writes in a transaction, again where others have changed what it looked
 * up: where it says so, or where they took a key, which fails the whole transaction. `what` is named as in "Cannot <what>".
 *
 * @throws {StoreUnavailableError} where that goes on.
 */
export async function retryChanged<T>(
  what: string,
  work: (again: boolean) => Promise<T | "changed">,
): Promise<T> {
  for (let tried = 1; tried <= TRIES_MAX; tried += 1) {
    try {
      const result = await work(tried > 1);
      if (result !== "changed") return result;
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
    }
  }
  throw new StoreUnavailableError(`Cannot ${what}: others changed part of it ${TRIES_MAX} times`);
}
