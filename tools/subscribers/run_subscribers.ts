import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CaptureRequest, connectRpc, eventToMessage, type RpcClient } from "@hookgate/rpc";
import { type ChildProgram, startProgram } from "../processes/child_program.ts";
import { freePorts } from "../processes/free_ports.ts";
import { newEvent } from "../processes/new_event.ts";
import { until } from "../processes/until.ts";

/** Options for {@linkcode runSubscribers}. */
export interface RunSubscribersOptions {
  events: number;
  report: (line: string) => void;
}

/** What came of a run. */
export interface SubscribersVerdict {
  /** Events that each name's subscribers handled, by name; all of them where nothing is missing. */
  handled: Record<string, number>;
  /** Events that a name handled more than once, by name: what was under way when a subscriber was lost. */
  twice: Record<string, number>;
  /** What must not be. */
  problems: string[];
}

interface Note {
  event: string;
  attempt: number;
  at: number;
}

const NAMES = ["audit", "books", "crm"];
const ROOT = join(import.meta.dirname, "../..");
const CONSUMER = join(import.meta.dirname, "consumer.ts");

/** Deliveries that one subscriber holds at once, in `consumer.ts`: so many may be handled twice for each one that is lost. */
const HELD_MAX = 50;

/** What a subscriber that fell silent held comes back after three heartbeats; the rest follows. */
const SETTLE_MS_MAX = 90_000;

/**
 * Sends events to three names with two subscribers each, all of them processes; kills one with SIGKILL and freezes another
 * with SIGSTOP midway, wakes that one up in the end, and compares what each has noted: every name must have had every
 * event, and no more of them twice than the two lost ones held.
 */
export async function runSubscribers(options: RunSubscribersOptions): Promise<SubscribersVerdict> {
  const { events, report } = options;
  const folder = await mkdtemp(join(tmpdir(), "hookgate-subscribers-"));
  const programs: ChildProgram[] = [];
  const [rpcPort, opsPort] = await freePorts(2);
  const address = `127.0.0.1:${rpcPort}`;
  let client: RpcClient | null = null;
  try {
    await writeFile(
      join(folder, "hookgate.config.ts"),
      'export default { sources: { academy: { provider: "generic", secrets: ["subscribers-secret"] } } };\n',
    );
    const env = {
      HOOKGATE_CONFIG: join(folder, "hookgate.config.ts"),
      DATA_DIR: join(folder, "data"),
      DISPATCHER_ADDRESS: address,
      DISPATCHER_OPS_PORT: String(opsPort),
      LOG_LEVEL: "error",
      WEBHOOK_SECRET: "subscribers-secret",
      MONGODB_URI: "",
    };
    programs.push(await startProgram(join(ROOT, "apps/dispatcher/main.ts"), { env }));
    const fileOf = (name: string, n: number) => join(folder, `${name}-${n}`);
    const consumers = new Map<string, ChildProgram>();
    for (const name of NAMES) {
      for (const n of [1, 2]) {
        await writeFile(fileOf(name, n), "");
        const args = [address, name, fileOf(name, n)];
        const consumer = await startProgram(CONSUMER, { args });
        consumers.set(`${name}-${n}`, consumer);
        programs.push(consumer);
      }
    }
    const notesOf = (name: string, n: number): Note[] => {
      const lines = readFileSync(fileOf(name, n), "utf8").split("\n");
      // The last line of one that was killed may be half a line.
      return lines.slice(0, -1).map((line) => JSON.parse(line) as Note);
    };
    const handledBy = (name: string) => [...notesOf(name, 1), ...notesOf(name, 2)];
    const distinct = (name: string) => new Set(handledBy(name).map(({ event }) => event)).size;

    client = connectRpc({ address, security: { token: null, tls: null } });
    const sending = capture(client, events);
    await until("handling of a first part", {
      holds: () => notesOf("audit", 1).length > events / 10,
      withinMs: SETTLE_MS_MAX,
    });
    await consumers.get("books-1")?.kill();
    const frozen = consumers.get("crm-1");
    if (frozen) process.kill(frozen.pid, "SIGSTOP");
    report(`one of books killed, one of crm frozen after ${distinct("audit")} events`);
    const sent = await sending;
    await until("handling of every event by every name", {
      holds: () => NAMES.every((name) => distinct(name) === events),
      withinMs: SETTLE_MS_MAX,
    });
    if (frozen) process.kill(frozen.pid, "SIGCONT");
    // What it still held it may finish, and its answers change nothing.
    for (const consumer of consumers.values()) await consumer.stop();
    return judge(sent, handledBy);
  } finally {
    client?.close();
    for (const program of programs) await program.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sends events as an edge does; resolves with their ids once all of them are durable. */
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
        reject(new Error("Cannot go on: an event was not stored"));
      }
      if (wait.answered === events) resolve();
    },
    end: () => reject(new Error("Cannot go on: the stream ended")),
    error: reject,
  });
  for (let number = 1; number <= events; number += 1) {
    const event = newEvent(Buffer.from(`{"n":${number}}`));
    sent.add(event.id);
    const request: CaptureRequest = { captures: [{ number, event: eventToMessage(event) }] };
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
      if (!times.has(event)) verdict.problems.push(`${name} never had ${event}`);
    }
    for (const event of times.keys()) {
      if (!sent.has(event)) verdict.problems.push(`${name} had ${event}, which was never sent`);
    }
    // An acknowledged delivery is never given to another: only what a lost subscriber held comes twice.
    const allowed = name === "audit" ? 0 : HELD_MAX;
    if (twice > allowed) verdict.problems.push(`${name} had ${twice} events twice`);
  }
  return verdict;
}
