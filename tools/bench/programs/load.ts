/**
 * The load client as a separate process: signed posts over raw keep-alive sockets, each body different. Takes a `LoadPlan`
 * as its only argument and prints a `LoadResult`, both JSON.
 */
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { createHistogram, monitorEventLoopDelay } from "node:perf_hooks";

/** What to send. */
export interface LoadPlan {
  port: number;
  path: string;
  secret: string;
  seconds: number;
  connections: number;
  /** A new connection for each post: so many are open at once. @default {false} */
  fresh?: boolean;
  bodyBytes: number;
  /** Requests per second on a schedule (open loop); null sends the next when the last is answered (closed loop). */
  rate: number | null;
  /** Makes this run's bodies different from those of other runs. */
  seed: string;
  /** File for when each body was acknowledged, in the form of `attempt_notes.ts`; null for none. */
  acks: string | null;
}

/** Answers, and times in milliseconds; in an open loop they count from when a request should have been sent. */
export interface LoadResult {
  answers: Record<string, number>;
  errors: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  p999Ms: number;
  /** Of those answered 200. */
  acceptedP999Ms: number;
  /** Of all others; 0 without any. */
  refusedP99Ms: number;
  /** The same from when they were sent: later than they should have been, if no connection was idle or this program was late. */
  refusedSentP99Ms: number;
  /** How late this program's own loop was. */
  loopP99Ms: number;
}

const HEADERS_END = Buffer.from("\r\n\r\n");

/** How often the loop's delay is measured, which counts as a part of it. */
const LOOP_MS = 1;

/** A body contains when it was made, so that the endpoint can measure the time to its delivery. */
const MADE_AT_BYTES = 13 + ',"n":"'.length;
const CLOSES = /\r\nconnection: *close/i;
const CONTENT_LENGTH = /content-length: *(\d+)/i;

const plan = JSON.parse(process.argv[2] ?? "") as LoadPlan;
const newHistogram = () => createHistogram({ lowest: 1_000, highest: 60_000_000_000, figures: 3 });
const latencies = newHistogram();
const accepted = newHistogram();
const refused = newHistogram();
const refusedSent = newHistogram();
const loop = monitorEventLoopDelay({ resolution: LOOP_MS });
const answers: Record<string, number> = {};
const idle: Connection[] = [];
/** Scheduled start times without an idle connection so far, in nanoseconds. */
const overdue: bigint[] = [];
const frame = makeFrame(plan);
/** Numbers of bodies, and when they were acknowledged. */
const notes: number[] = [];
let errors = 0;
let numbered = 0;

interface Connection {
  socket: Socket;
  /** When its last request was to be sent, and when it was. */
  startedAt: bigint;
  sentAt: bigint;
  /** Number of the body that was sent last. */
  number: number;
  /** Whether its last answer says that the server closes it. */
  closes: boolean;
}

function makeFrame({ bodyBytes, seed, path, port, fresh = false }: LoadPlan) {
  const head = `{"type":"payment.success","timestamp":"2026-01-01T00:00:00Z","data":{"run":"${seed}","at":`;
  const tail = `"}}`;
  const filler = "x".repeat(
    Math.max(0, bodyBytes - head.length - tail.length - MADE_AT_BYTES - 10),
  );
  const start =
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
    `User-Agent: hookgate-bench\r\n${fresh ? "Connection: close\r\n" : ""}X-Webhook-Signature: sha256=`;
  return { head, tail: `${filler}${tail}`, start };
}

function nextRequest(): Buffer {
  const body = `${frame.head}${Date.now()},"n":"${String(numbered).padStart(10, "0")}${frame.tail}`;
  const mac = createHmac("sha256", plan.secret).update(body).digest("hex");
  return Buffer.from(
    `${frame.start}${mac}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    "latin1",
  );
}

function send(connection: Connection, startedAt: bigint): void {
  numbered += 1;
  connection.startedAt = startedAt;
  connection.sentAt = process.hrtime.bigint();
  connection.number = numbered;
  connection.socket.write(nextRequest());
}

function onAnswer(connection: Connection, status: string): void {
  answers[status] = (answers[status] ?? 0) + 1;
  const answeredAt = process.hrtime.bigint();
  const tookNs = answeredAt - connection.startedAt;
  latencies.record(tookNs);
  (status === "200" ? accepted : refused).record(tookNs);
  if (status !== "200") refusedSent.record(answeredAt - connection.sentAt);
  if (plan.acks !== null && status === "200") notes.push(connection.number, Number(answeredAt));
  if (Date.now() >= endsAt) return;
  // One that the server closes is replaced by another, which takes what is due.
  if (connection.closes) return void open().then(() => takeDue(idle.pop()));
  takeDue(connection);
}

function takeDue(connection: Connection | undefined): void {
  if (connection === undefined) return;
  const due = overdue.shift();
  if (due !== undefined) send(connection, due);
  else if (plan.rate === null) send(connection, process.hrtime.bigint());
  else idle.push(connection);
}

function open(): Promise<void> {
  const socket = createConnection({ port: plan.port, host: "127.0.0.1", noDelay: true });
  const connection: Connection = { socket, startedAt: 0n, sentAt: 0n, number: 0, closes: false };
  let pending: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const end = pending.indexOf(HEADERS_END);
    if (end < 0) return;
    const head = pending.toString("latin1", 0, end);
    const length = Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
    if (pending.length < end + HEADERS_END.length + length) return;
    pending = Buffer.alloc(0);
    connection.closes = CLOSES.test(head);
    onAnswer(connection, head.slice(9, 12));
  });
  socket.on("error", () => {
    errors += 1;
  });
  return new Promise((resolve) => {
    socket.once("connect", () => {
      idle.push(connection);
      resolve();
    });
  });
}

/** Sends what is due on the schedule; without an idle connection it is sent late, and counts from its scheduled time. */
function keepSchedule(rate: number, startedAt: bigint): void {
  let planned = 0;
  const timer = setInterval(() => {
    if (Date.now() >= endsAt) return clearInterval(timer);
    const elapsed = process.hrtime.bigint() - startedAt;
    const wanted = Math.floor((Number(elapsed) / 1e9) * rate);
    for (; planned < wanted; planned += 1) {
      const intended = startedAt + BigInt(Math.round((planned / rate) * 1e9));
      // In turn: the edge closes a connection that is silent for seconds, with 408.
      const connection = idle.shift();
      if (connection) send(connection, intended);
      else overdue.push(intended);
    }
  }, 1);
}

await Promise.all(Array.from({ length: plan.connections }, open));
loop.enable();
const startedAt = process.hrtime.bigint();
const endsAt = Date.now() + plan.seconds * 1_000;
if (plan.rate === null) for (const connection of idle.splice(0)) send(connection, startedAt);
else keepSchedule(plan.rate, startedAt);

setTimeout(() => {
  if (plan.acks !== null) writeFileSync(plan.acks, new Float64Array(notes));
  const result: LoadResult = {
    answers,
    errors,
    seconds: Number(process.hrtime.bigint() - startedAt) / 1e9,
    p50Ms: latencies.percentile(50) / 1e6,
    p99Ms: latencies.percentile(99) / 1e6,
    p999Ms: latencies.percentile(99.9) / 1e6,
    acceptedP999Ms: accepted.percentile(99.9) / 1e6,
    refusedP99Ms: refused.count === 0 ? 0 : refused.percentile(99) / 1e6,
    refusedSentP99Ms: refusedSent.count === 0 ? 0 : refusedSent.percentile(99) / 1e6,
    loopP99Ms: Math.max(0, loop.percentile(99) / 1e6 - LOOP_MS),
  };
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}, plan.seconds * 1_000);
