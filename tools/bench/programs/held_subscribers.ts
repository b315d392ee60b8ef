/**
 * Subscribers in one process, each with a connection of its own, that never end what they get. Takes a `HeldSubscribersPlan` as its
 * only argument, JSON, is ready at once, and ends with SIGTERM.
 */
import { subscribe } from "@hookgate/client";

/** Who subscribes, and how often. */
export interface HeldSubscribersPlan {
  address: string;
  token: string;
  name: string;
  count: number;
  /** Events that each gets at most. */
  concurrency: number;
}

const { count, ...options } = JSON.parse(process.argv[2] ?? "") as HeldSubscribersPlan;
for (let at = 0; at < count; at += 1) subscribe(options, () => new Promise<void>(() => {}));
process.stdout.write("ready subscribers\n");
process.once("SIGTERM", () => process.exit(0));
