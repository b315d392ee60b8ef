import type { MessagePort } from "node:worker_threads";
import { OncePerTurn } from "@hookgate/async";
import type { QuarantinedRequest, ReceivedEvent } from "@hookgate/types";
import type { ClaimedDelivery } from "../contract/deliveries.ts";
import type { EventDetail } from "../contract/events.ts";
import { SqliteEngine } from "./engine.ts";
import type { Call, FromWorker, Reply, ToWorker, WorkerInput } from "./messages.ts";

/** Calls that share one transaction. */
const GROUP_CALLS_MAX = 64;

/**
 * Opens the file and runs calls over it until it is told to close: what the store's thread does. The port is closed in the
 * end, also where the file is refused.
 */
export function serveStore(port: MessagePort, { file, takeOverAt }: WorkerInput): void {
  const queue: Call[] = [];
  let closing = false;

  const engine = openEngine();
  if (!engine) {
    port.close();
    return;
  }
  // One turn later, so that all calls that arrived while the last group was written share the next.
  const runLater = new OncePerTurn(() => runGroup(engine));
  port.on("message", (message: ToWorker) => {
    if (message === "close") closing = true;
    else queue.push(message);
    runLater.schedule();
  });

  function openEngine(): SqliteEngine | null {
    try {
      const opened = new SqliteEngine({ file });
      let takenOver = 0;
      if (takeOverAt !== null) {
        const call: Call = { number: 0, operation: "takeOverAll", input: null, now: takeOverAt };
        const [reply] = opened.run([call]);
        if (reply && "error" in reply) throw reply.error;
        takenOver = Number(reply?.value);
      }
      post({ kind: "opened", takenOver });
      return opened;
    } catch (error) {
      post({ kind: "refused", error: error as Error });
      return null;
    }
  }

  function runGroup(opened: SqliteEngine): void {
    const calls = queue.splice(0, GROUP_CALLS_MAX);
    if (calls.length > 0) {
      const replies = opened.run(calls);
      post({ kind: "replies", replies }, buffersOf(calls, replies));
    }
    if (queue.length > 0) runLater.schedule();
    else if (closing) close(opened);
  }

  function close(opened: SqliteEngine): void {
    opened.close();
    post({ kind: "closed" });
    port.close();
  }

  function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
    port.postMessage(message, transfer);
  }
}

/** Buffers of the events and refused requests in the replies: nobody else holds them, so they are handed over and not copied. */
function buffersOf(calls: readonly Call[], replies: readonly Reply[]): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  for (const [index, reply] of replies.entries()) {
    if ("error" in reply) continue;
    const operation = calls[index]?.operation;
    if (operation === "claimDue") {
      for (const { event } of reply.value as ClaimedDelivery[]) addBuffers(event, buffers);
    }
    if (operation === "getQuarantined") {
      const request = reply.value as QuarantinedRequest | null;
      if (request) addBytes([request.headers, request.body], buffers);
    }
    if (operation !== "getEvent") continue;
    const detail = reply.value as EventDetail | null;
    if (detail) addBuffers(detail.event, buffers);
  }
  return buffers;
}

function addBuffers({ headers, body, bodySha256 }: ReceivedEvent, buffers: ArrayBuffer[]): void {
  addBytes([headers, body, bodySha256], buffers);
}

function addBytes(parts: readonly Uint8Array[], buffers: ArrayBuffer[]): void {
  for (const bytes of parts) buffers.push(bytes.buffer as ArrayBuffer);
}
