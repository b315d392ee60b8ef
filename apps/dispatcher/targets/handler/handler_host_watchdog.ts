/**
 * A thread of a handler host that sees what the main thread cannot while a handler blocks it. It kills the host when the
 * dispatcher is gone, because an endless loop would outlive it; and it reports to the dispatcher that the loop is
 * blocked, and by whom.
 */
import { writeSync } from "node:fs";
import { type Debugger, Session } from "node:inspector";
import { parentPort, workerData } from "node:worker_threads";
import {
  CULPRIT_GLOBAL,
  type Culprit,
  REPORTS_FD,
  SHARED,
  type WatchReport,
} from "./handler_message.ts";
import { LOOK_MS, type Look, LoopWatch } from "./loop_watch.ts";
import { threadTime } from "./thread_time.ts";

/** Longest time until the main thread says what it does, in milliseconds. It cannot while it waits for the system. */
const ANSWER_MS_MAX = 2_000;

/** Most steps that are followed out of Node's own code. */
const STEPS_MAX = 50;

const { parentPid, shared } = workerData as { parentPid: number; shared: Int32Array };

const watch = new LoopWatch(see());
let asking = false;
let found: Culprit | null = null;

setInterval(() => {
  // An orphan gets another parent. SIGKILL, because a blocked thread handles no other signal; to its group, with what handlers have started.
  if (process.ppid !== parentPid) process.kill(-process.pid, "SIGKILL");
  look();
}, LOOK_MS);

parentPort?.postMessage("watching");

function see(): Look {
  const turns = Atomics.load(shared, SHARED.turns);
  const loading = Atomics.load(shared, SHARED.loadedAt) === turns;
  const bytes = process.memoryUsage.rss();
  return { now: performance.now(), turns, loading, bytes, ...threadTime("self") };
}

function look(): void {
  const look = see();
  const seen = watch.look(look);
  if (seen === "turns") found = null;
  // Before it is ended for that.
  if (seen === "filling") nameBlocker(look);
  if (seen === "blocked" || seen === "loading") reportBlocked(look);
}

function reportBlocked({ turns, loading }: Look): void {
  Atomics.store(shared, SHARED.recalled, 1);
  // Read after that: what the loop starts from now on, it does not begin.
  report({ kind: "blocked", started: Atomics.load(shared, SHARED.started), loading });
  if (!loading) nameBlocker({ turns });
}

function nameBlocker({ turns }: Pick<Look, "turns">): void {
  const key = Atomics.load(shared, SHARED.called);
  // If the loop has turned, another one may run by now.
  if (key !== 0 && Atomics.load(shared, SHARED.turns) === turns) {
    report({ kind: "called", key });
    return;
  }
  // Again: what the loop sent before it was blocked may have been read after the first.
  if (found) report({ kind: "blocker", culprit: found });
  // Again, as long as there is no answer: on a busy machine the first may come too late.
  else if (!asking) ask();
}

/** Interrupts the main thread for a moment to learn in which attempt's context it runs. */
function ask(): void {
  const session = new Session();
  const turns = Atomics.load(shared, SHARED.turns);
  let steps = 0;
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
      if (error) return end();
      const { result } = answer as Debugger.EvaluateOnCallFrameReturnType;
      const culprit = result.value as Culprit | null | undefined;
      // Node's own code between two calls of a handler's, some of which finds no globals: what it calls next is the answer.
      if (!culprit && steps < STEPS_MAX) {
        steps += 1;
        session.post("Debugger.stepInto");
        return;
      }
      // If the loop has turned, another one may run by now.
      if (culprit && Atomics.load(shared, SHARED.turns) === turns) {
        found = culprit;
        report({ kind: "blocker", culprit });
      }
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
