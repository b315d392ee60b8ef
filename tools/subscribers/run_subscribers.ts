import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureLocalToken } from "@hookgate/config";
import { type CaptureRequest, captureToMessage, connectRpc, type RpcClient } from "@hookgate/rpc";
import { waitFor } from "@hookgate/testing";
import { prepareApps } from "../processes/apps.ts";
import { type ChildProgram, startProgram } from "../processes/child_program.ts";
import { newEvent } from "../processes/new_event.ts";

/** Options for {@linkcode runSubscribers}. */
export interface RunSubscribersOptions {
  events: number;
  report: (line: string) => void;
}

/** Result of a run. */
export interface SubscribersVerdict {
  /** Events handled by each name; all of them if nothing is missing. */
  handled: Record<string, number>;
  /** Events handled more than once by each name: those in flight when a subscriber was lost. */
  twice: Record<string, number>;
  /** Broken promises, a sentence each. */
  problems: string[];
}

interface Note {
  event: string;
  attempt: number;
  at: number;
}

const NAMES = ["audit", "books", "crm"];
const CONSUMER = join(import.meta.dirname, "consumer.ts");

/** Deliveries that one subscriber holds at once, in `consumer.ts`: a lost subscriber may cause this many to be handled twice. */
const HELD_MAX = 50;

/** A silent subscriber's deliveries come back after three heartbeats; then the rest follows. */
const SETTLE_MS_MAX = 90_000;

/**
 * Sends events to three names with two subscribers each, all of them processes. Midway kills one with SIGKILL and freezes
 * another with SIGSTOP, which it wakes up at the end. Then compares the records: every name must have handled every event,
 * and no more of them twice than the two lost subscribers held.
 */
export async function runSubscribers(options: RunSubscribersOptions): Promise<SubscribersVerdict> {
  const { events, report } = options;
  const folder = await mkdtemp(join(tmpdir(), "hookgate-subscribers-"));
  const programs: ChildProgram[] = [];
  let client: RpcClient | null = null;
  try {
    const apps = await prepareApps(folder, {
      config: '{ sources: { tools: { provider: "generic", secrets: ["subscribers-secret"] } } }',
      env: { LOG_LEVEL: "error" },
    });
    const address = apps.rpcAddress;
    programs.push(await apps.start("dispatcher"));
    const token = ensureLocalToken(apps.dataDir);
    const fileOf = (name: string, n: number) => join(folder, `${name}-${n}`);
    const consumers = new Map<string, ChildProgram>();
    for (const name of NAMES) {
      for (const n of [1, 2]) {
        await writeFile(fileOf(name, n), "");
        const args = [address, token, name, fileOf(name, n)];
        const consumer = await startProgram(CONSUMER, { args });
        consumers.set(`${name}-${n}`, consumer);
        programs.push(consumer);
      }
    }
    const notesOf = (name: string, n: number): Note[] => {
      const lines = readFileSync(fileOf(name, n), "utf8").split("\n");
      // A killed subscriber may have written half a line.
      return lines.slice(0, -1).map((line) => JSON.parse(line) as Note);
    };
    const handledBy = (name: string) => [...notesOf(name, 1), ...notesOf(name, 2)];
    const distinct = (name: string) => new Set(handledBy(name).map(({ event }) => event)).size;

    client = connectRpc({ address, security: { token, tls: null } });
    const sending = capture(client, events);
    await waitFor(() => notesOf("audit", 1).length > events / 10, {
      what: "a first part of the events handled",
      timeoutMs: SETTLE_MS_MAX,
    });
    await consumers.get("books-1")?.kill();
    const frozen = consumers.get("crm-1");
    if (frozen) process.kill(frozen.pid, "SIGSTOP");
    report(`one of books killed, one of crm frozen after ${distinct("audit")} events`);
    const sent = await sending;
    await waitFor(() => NAMES.every((name) => distinct(name) === events), {
      what: "every event handled by every name",
      timeoutMs: SETTLE_MS_MAX,
    });
    if (frozen) process.kill(frozen.pid, "SIGCONT");
    // It may finish what it still holds; its answers change nothing.
    for (const consumer of consumers.values()) await consumer.stop();
    return judge(sent, handledBy);
  } finally {
    client?.close();
    for (const program of programs) await program.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sends events like an edge; resolves with their ids once all are durable. */
async function capture(client: RpcClient, events: number): Promise<Set<string>> {
  const sent = new Set<string>();
  const call = client.capture();
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const wait = { resolve: () => {}, answered: 0 };
  call.receive({
    message({ results }) {
      wait.answered += results.length;
      wait.resolve();
      if (results.some(({ outcome }) => outcome !== "CAPTURE_OUTCOME_STORED")) {
        reject(new Error("Cannot continue: an event was not stored"));
      }
      if (wait.answered === events) resolve();
    },
    end: () => reject(new Error("Cannot continue: the stream ended")),
    error: reject,
  });
  for (let number = 1; number <= events; number += 1) {
    const event = newEvent(Buffer.from(`{"n":${number}}`));
    sent.add(event.id);
    const request: CaptureRequest = { captures: [captureToMessage(number, event)] };
    call.send(request);
    while (number - wait.answered >= 500) {
      await new Promise<void>((next) => {
        wait.resolve = next;
      });
    }
  }
  await done;
  call.end();
  return sent;
}

function judge(sent: ReadonlySet<string>, handledBy: (name: string) => Note[]): SubscribersVerdict {
  const verdict: SubscribersVerdict = { handled: {}, twice: {}, problems: [] };
  for (const name of NAMES) {
    const notes = handledBy(name);
    const times = new Map<string, number>();
    for (const { event } of notes) times.set(event, (times.get(event) ?? 0) + 1);
    const twice = [...times.values()].filter((count) => count > 1).length;
    verdict.handled[name] = times.size;
    verdict.twice[name] = twice;
    for (const event of sent) {
      if (!times.has(event)) verdict.problems.push(`${name} never handled ${event}`);
    }
    for (const event of times.keys()) {
      if (!sent.has(event)) verdict.problems.push(`${name} handled ${event}, which was never sent`);
    }
    // An acknowledged delivery is never sent to another: only those held by a lost subscriber are repeated.
    const allowed = name === "audit" ? 0 : HELD_MAX;
    if (twice > allowed) verdict.problems.push(`${name} handled ${twice} events twice`);
  }
  return verdict;
}
