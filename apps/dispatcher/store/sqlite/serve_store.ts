import type { MessagePort } from "node:worker_threads";
import { OncePerTurn } from "@hookgate/async";
import { SqliteEngine } from "./engine.ts";
import { explain } from "./file.ts";
import {
  type Call,
  CROSSINGS,
  type FromWorker,
  type Reply,
  type ToWorker,
  type WorkerInput,
} from "./wire.ts";

/** Calls that share one transaction. */
const GROUP_CALLS_MAX = 64;

/**
 * The log is moved into the file whenever no call waits, a little at a time: otherwise a commit has to wait while 8 MB of it are
 * moved. It is left alone for so long at least, and for so many times as long as that took: a slow disk has better things to do.
 */
const LOG_REST_MS_MIN = 100;
const LOG_REST_TIMES = 20;

/**
 * What the store's thread does: opens the file and runs calls until the message `close`. Closes the port at the end, and
 * if the file is refused.
 */
export function serveStore(port: MessagePort, { file, takeOverAt }: WorkerInput): void {
  const queue: Call[] = [];
  let closing = false;
  let logRestsUntil = 0;

  const engine = openEngine();
  if (!engine) {
    port.close();
    return;
  }
  // One turn later, so that all calls that arrived while the last group was written share a transaction.
  const runLater = new OncePerTurn(() => runGroup(engine));
  port.on("message", (message: ToWorker) => {
    if (message === "close") closing = true;
    else if (message.operation === "backUp") void backUp(engine, message);
    else queue.push(message);
    runLater.schedule();
  });

  function openEngine(): SqliteEngine | null {
    try {
      const opened = new SqliteEngine({ file });
      let takenOver = 0;
      if (takeOverAt !== null) {
        const call: Call = {
          number: 0,
          operation: "takeOverAll",
          args: [],
          now: takeOverAt,
          steps: 0,
        };
        const [reply] = opened.run([call]);
        if (reply && "error" in reply) throw explain(reply.error.cause ?? reply.error, file);
        takenOver = Number(reply?.value);
      }
      post({ kind: "opened", takenOver });
      return opened;
    } catch (error) {
      post({ kind: "refused", error: error as Error });
      return null;
    }
  }

  /** Takes many turns, with groups between them. */
  async function backUp(opened: SqliteEngine, { number, args }: Call): Promise<void> {
    const replies: Reply[] = await opened.backUp(String(args[0])).then(
      (value) => [{ number, value }],
      (error: Error) => [{ number, unavailable: true, error }],
    );
    post({ kind: "replies", replies });
  }

  function runGroup(opened: SqliteEngine): void {
    const calls = queue.splice(0, GROUP_CALLS_MAX);
    if (calls.length > 0) {
      const replies = opened.run(calls);
      post({ kind: "replies", replies }, buffersOf(calls, replies));
    }
    if (queue.length > 0) runLater.schedule();
    else if (closing) close(opened);
    else moveLog(opened);
  }

  function moveLog(opened: SqliteEngine): void {
    const startedAt = performance.now();
    if (startedAt < logRestsUntil) return;
    opened.moveLog();
    const endedAt = performance.now();
    logRestsUntil = endedAt + Math.max(LOG_REST_MS_MIN, LOG_REST_TIMES * (endedAt - startedAt));
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

/** Buffers of the bytes in the replies, to hand over instead of copying. */
function buffersOf(calls: readonly Call[], replies: readonly Reply[]): ArrayBuffer[] {
  return replies.flatMap((reply, index) => {
    const operation = calls[index]?.operation as keyof typeof CROSSINGS;
    const { bytesOf } = (CROSSINGS[operation] ?? {}) as {
      bytesOf?: (output: unknown) => ArrayBufferView[];
    };
    if ("error" in reply || !bytesOf) return [];
    return bytesOf(reply.value).map(({ buffer }) => buffer as ArrayBuffer);
  });
}
