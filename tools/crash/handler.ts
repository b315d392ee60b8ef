import { createHash } from "node:crypto";
import { closeSync, fdatasync, openSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { HandlerContext, HandlerEvent } from "@hookgate/types";

/** How long `course.completed` takes, in milliseconds: long enough to be interrupted. */
const SLOW_MS = 150;

const sync = promisify(fdatasync);
const file = openSync(process.env["CRASH_RUNS"] ?? "", "a");

/** The run of this process that sends the dispatcher a signal, counted from 1: `SIGKILL:3`. */
const [signal = "", signalAt = ""] = (process.env["CRASH_IN_HANDLER"] ?? "").split(":");
let runs = 0;

/** The handler of all deliveries: records on disk that it began, and how it ended, so that the judge sees what really ran. */
export async function handle(event: HandlerEvent, context: HandlerContext): Promise<void> {
  const { deliveryId, attempt } = context;
  const sha256 = createHash("sha256").update(event.body).digest("hex");
  await record({ kind: "begin", deliveryId, eventId: event.id, sha256 });
  runs += 1;
  if (runs === Number(signalAt)) signalOnce();
  if (event.type === "course.completed") await delay(SLOW_MS);
  const fails =
    event.type === "payment.refunded" || (event.type === "payment.failed" && attempt === 1);
  await record({ kind: fails ? "failed" : "done", deliveryId });
  if (fails) throw new Error("this event is to fail");
}

/** Signals the dispatcher, unless another of its hosts has. */
function signalOnce(): void {
  try {
    closeSync(openSync(`${process.env["CRASH_RUNS"]}.${process.ppid}`, "wx"));
  } catch {
    return;
  }
  process.kill(process.ppid, signal);
}

async function record(line: object): Promise<void> {
  // One write to a file opened for appending: lines of several processes do not mix.
  writeSync(file, `${JSON.stringify({ ...line, at: Date.now() })}\n`);
  await sync(file);
}
