/**
 * A thread of a handler host that sees what the main thread cannot while a handler blocks it. It kills the host when the
 * dispatcher is gone, because an endless loop would outlive it; and it reports to the dispatcher that the loop is
 * blocked, and by whom.
 */
import { writeSync } from "node:fs";
import { type Debugger, type Runtime, Session } from "node:inspector";
import { parentPort, workerData } from "node:worker_threads";
import {
  CULPRIT_GLOBAL,
  type Culprit,
  REPORTS_FD,
  SHARED,
  type WatchReport,
} from "./handler_message.ts";

/** Between two looks, in milliseconds. */
const LOOK_MS = 100;

/** Looks in a row without a turn of the loop after which it is blocked, and reported again if it still is. */
const BLOCKED_LOOKS = 2;

/** A look that is this late, in milliseconds, proves nothing: the whole process waited for the processor. */
const LATE_MS = 100;

/** Longest time until the main thread says what it does, in milliseconds. It cannot while it waits for the system. */
const ANSWER_MS_MAX = 2_000;

const { parentPid, shared } = workerData as { parentPid: number; shared: Int32Array };

let turns = 0;
let silentLooks = 0;
let lookedAt = performance.now();
let asking = false;
let found = false;

setInterval(() => {
  // An orphan gets another parent. SIGKILL, because a blocked thread handles no other signal.
  if (process.ppid !== parentPid) process.kill(process.pid, "SIGKILL");
  look();
}, LOOK_MS);

parentPort?.postMessage("watching");

function look(): void {
  const now = performance.now();
  const isLate = now - lookedAt > LOOK_MS + LATE_MS;
  lookedAt = now;
  const turnsNow = Atomics.load(shared, SHARED.turns);
  if (turnsNow !== turns) {
    turns = turnsNow;
    silentLooks = 0;
    found = false;
    return;
  }
  if (isLate) return;
  silentLooks += 1;
  if (silentLooks % BLOCKED_LOOKS === 0) reportBlocked();
}

function reportBlocked(): void {
  Atomics.store(shared, SHARED.recalled, 1);
  // Read after that: what the loop starts from now on, it does not begin.
  report({ kind: "blocked", started: Atomics.load(shared, SHARED.started) });
  // Again, as long as there is no answer: on a busy machine the first may come too late.
  if (!asking && !found && Atomics.load(shared, SHARED.importing) === 0) ask();
}

/** Interrupts the main thread for a moment to learn in which attempt's context it runs. */
function ask(): void {
  const session = new Session();
  asking = true;
  const end = () => {
    clearTimeout(patience);
    session.disconnect();
    asking = false;
  };
  const patience = setTimeout(end, ANSWER_MS_MAX);
  session.connectToMainThread();
  session.on("Debugger.paused", ({ params }) => {
    const [frame] = params.callFrames;
    session.post("Debugger.evaluateOnCallFrame", question(frame), (error, answer) => {
      const { result } = answer as { result?: Runtime.RemoteObject };
      const culprit = error ? null : (result?.value as Culprit | null | undefined);
      found = culprit !== null && culprit !== undefined;
      report({ kind: "blocker", culprit: culprit ?? null });
      end();
    });
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
}

function question(frame: Debugger.CallFrame | undefined) {
  const expression = `globalThis[Symbol.for(${JSON.stringify(CULPRIT_GLOBAL)})]()`;
  return { callFrameId: frame?.callFrameId ?? "", expression, returnByValue: true, silent: true };
}

function report(line: WatchReport): void {
  try {
    writeSync(REPORTS_FD, `${JSON.stringify(line)}\n`);
  } catch {
    // A handler closed the descriptor: the dispatcher notices the silence of the loop.
  }
}
