/**
 * The readers of `fanout_server.ts`: each answers what it has read, once for each message if `batched`, else once for each event.
 * Takes a `ReadersPlan` as its only argument and prints a `SubscribersResult`, both JSON.
 */
import type { SubscribersResult } from "../../programs/subscribers.ts";
import { type FanoutResponse, openReader } from "./fanout.ts";

/** What to read. */
export interface ReadersPlan {
  port: number;
  readers: number;
  batched: boolean;
}

const { port, readers, batched } = JSON.parse(process.argv[2] ?? "") as ReadersPlan;
let firstAt: number | null = null;
const cpu = { before: process.cpuUsage() };

function readAll(): Promise<void> {
  const { client, call } = openReader(port);
  call.on("data", ({ events }: FanoutResponse) => {
    if (firstAt === null) {
      firstAt = Date.now();
      cpu.before = process.cpuUsage();
    }
    if (batched) call.write({ acks: events.map(({ id }) => id) });
    else for (const { id } of events) call.write({ acks: [id] });
  });
  return new Promise((resolve) => {
    call.on("end", () => {
      call.end();
      client.close();
      resolve();
    });
  });
}

await Promise.all(Array.from({ length: readers }, readAll));
const lastAt = Date.now();
const { user, system } = process.cpuUsage(cpu.before);
const result: SubscribersResult = { firstAt: firstAt ?? lastAt, lastAt, cpuUs: user + system };
process.stdout.write(JSON.stringify(result));
