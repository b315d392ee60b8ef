/**
 * Subscribers of some names, in one process, until each has handled as many events as it is told. Takes a `SubscribersPlan` as
 * its only argument and prints a `SubscribersResult`, both JSON.
 */
import { subscribe } from "@hookgate/client";

/** What to receive. */
export interface SubscribersPlan {
  address: string;
  token: string;
  names: readonly string[];
  events: number;
  /** Events that each handles at once. */
  concurrency: number;
}

/** When the first event arrived and the last was handled, in milliseconds since 1970. */
export interface SubscribersResult {
  firstAt: number;
  lastAt: number;
  cpuUs: number;
}

const plan = JSON.parse(process.argv[2] ?? "") as SubscribersPlan;
const { address, token, names, events, concurrency } = plan;
let firstAt: number | null = null;
const cpu = { before: process.cpuUsage() };

const readers = names.map((name) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Deliveries that a lost stream has returned come twice.
  const handled = new Set<string>();
  const subscriber = subscribe({ address, token, name, concurrency }, (_, { deliveryId }) => {
    if (firstAt === null) {
      firstAt = Date.now();
      cpu.before = process.cpuUsage();
    }
    handled.add(deliveryId);
    if (handled.size === events) resolve();
  });
  return { subscriber, done: promise };
});
await Promise.all(readers.map(({ done }) => done));
const lastAt = Date.now();
const { user, system } = process.cpuUsage(cpu.before);
await Promise.all(readers.map(({ subscriber }) => subscriber.close()));
const result: SubscribersResult = { firstAt: firstAt ?? lastAt, lastAt, cpuUs: user + system };
process.stdout.write(JSON.stringify(result));
