/**
 * Readers of `fanout_server.ts` that answer nothing: the plan's only argument is a `ReadersPlan`, JSON. It is ready once each has read an
 * event, and ends with SIGTERM.
 */
import { once } from "node:events";
import { openReader } from "./fanout.ts";
import type { ReadersPlan } from "./fanout_readers.ts";

const { port, readers } = JSON.parse(process.argv[2] ?? "") as ReadersPlan;
await Promise.all(Array.from({ length: readers }, () => once(openReader(port).call, "data")));
process.stdout.write("ready readers\n");
process.once("SIGTERM", () => process.exit(0));
