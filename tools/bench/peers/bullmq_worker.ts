/** The worker of peer R1: a handler that returns at once, as many jobs at once as serve it best. */
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { noteAttempt } from "../attempt_notes.ts";

const connection = new Redis({
  path: process.env["REDIS_SOCKET"] ?? "",
  maxRetriesPerRequest: null,
  enableAutoPipelining: true,
});
const concurrency = Number(process.env["WORKER_CONCURRENCY"] ?? 256);
const notes = process.env["NOTES"];
const handle = notes
  ? async ({ data }: { data: { body: string } }) => noteAttempt(notes, JSON.parse(data.body).data)
  : async () => {};
const worker = new Worker("events", handle, { connection, concurrency });
await worker.waitUntilReady();
process.stdout.write("ready worker\n");
process.once("SIGTERM", () => process.exit(0));
