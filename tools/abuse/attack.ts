import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** What an attack is given. */
export interface Target {
  edgePort: number;
  /** Ports for operations of both apps. */
  opsPorts: readonly number[];
  /** `host:port` of the dispatcher. */
  rpcAddress: string;
  /** Its local token, for attacks from within. */
  token: string;
  /** The secret of every source that is signed as `generic` is. */
  secret: string;
  /** Deadlines of the gateway under attack, in milliseconds. */
  headersMs: number;
  bodyMs: number;
  /** Ports that endpoints of the configuration name: one that must never be reached, and one that redirects to it. */
  forbiddenPort: number;
  redirectPort: number;
  /** Milliseconds to go on for. */
  ms: number;
}

/** What an attack saw. */
export interface Outcome {
  /** Requests, sockets or streams that it used. */
  used: number;
  /** How often each status was answered; 0 is a connection that was closed without an answer. */
  answers: Record<string, number>;
  /** What should not have been. */
  problems: string[];
}

/** An attack, which runs in a process of its own. */
export interface Attack {
  /** As in the table of attacks, such as `S4`. */
  id: string;
  name: string;
  /** What an honest sender's p99 may be under it, relative to without it. @default {2} */
  ratioMax?: number;
  /** What both processes may grow by, in bytes. @default {256 MiB} */
  growthBytesMax?: number;
  run(target: Target): Promise<Outcome>;
}

/** A request of an attacker. */
export interface Hostile {
  /** The source. */
  to: string;
  method?: string;
  headers?: Readonly<Record<string, string | string[]>>;
  body?: string | Uint8Array;
  /** The attacker's address, on loopback. */
  from?: string;
}

/** An answer; status 0 stands for none. */
export interface Answer {
  status: number;
  text: string;
}

/** Longest wait for one answer, in milliseconds. */
const ANSWER_MS_MAX = 15_000;

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** Sends a request. */
export function post({ edgePort }: Target, hostile: Hostile): Promise<Answer> {
  const { to, method = "POST", headers = {}, body = "", from = "127.0.0.1" } = hostile;
  return new Promise((resolve) => {
    const none = () => resolve({ status: 0, text: "" });
    const sent = request({
      ...{ host: "127.0.0.1", port: edgePort, agent, method, localAddress: from },
      path: `/api/webhooks/${to}`,
      headers: { "content-length": Buffer.byteLength(body), ...headers },
      timeout: ANSWER_MS_MAX,
    });
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("latin1").on("data", (piece) => {
        text += piece;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", none);
    });
    sent.on("timeout", () => sent.destroy()).on("error", none);
    sent.end(body);
  });
}

/** Options for {@linkcode flood}. */
export interface FloodOptions {
  perSecond: number;
  /** Statuses that are right. A flood is also answered 429, and 503 with Retry-After. */
  right: readonly number[];
}

/** Sends these requests in turn at a rate, until its time is up. What is not answered yet holds the next ones back at 64. */
export async function flood(
  target: Target,
  hostile: readonly Hostile[],
  { perSecond, right }: FloodOptions,
): Promise<Outcome> {
  const outcome = newOutcome();
  const open = new Set<Promise<void>>();
  await atRate(target.ms, perSecond, async (number) => {
    const one = hostile[number % hostile.length];
    if (one === undefined) return;
    while (open.size >= 64) await Promise.race(open);
    const answered = post(target, one).then(({ status }) => {
      open.delete(answered);
      count(outcome, status, [...right, 429, 503]);
    });
    open.add(answered);
  });
  await Promise.all(open);
  return outcome;
}

/** Calls with 0, 1, 2 … at a rate, until the time is up. */
export async function atRate(
  ms: number,
  perSecond: number,
  call: (number: number) => Promise<void> | void,
): Promise<void> {
  const startedAt = performance.now();
  for (let number = 0; ; number += 1) {
    const dueMs = (number * 1_000) / perSecond;
    if (dueMs >= ms || performance.now() - startedAt >= ms) return;
    const early = dueMs - (performance.now() - startedAt);
    if (early > 1) await delay(early);
    await call(number);
  }
}

/** One outcome of several. */
export function merge(outcomes: readonly Outcome[]): Outcome {
  const all = newOutcome();
  for (const { used, answers, problems } of outcomes) {
    all.used += used;
    for (const [status, times] of Object.entries(answers)) {
      all.answers[status] = (all.answers[status] ?? 0) + times;
    }
    for (const problem of problems) note(all, problem);
  }
  return all;
}

/** Nothing so far. */
export function newOutcome(): Outcome {
  return { used: 0, answers: {}, problems: [] };
}

/** Counts an answer; one that is not right is a problem, which is named once. */
export function count(
  outcome: Outcome,
  status: number | string,
  right: readonly (number | string)[],
  what = "a request",
): void {
  outcome.used += 1;
  outcome.answers[status] = (outcome.answers[status] ?? 0) + 1;
  if (!right.includes(status)) note(outcome, `${what} was answered ${status || "not at all"}`);
}

/** Notes what should not have been, once. */
export function note(outcome: Outcome, problem: string): void {
  if (!outcome.problems.includes(problem)) outcome.problems.push(problem);
}

/** What became of a connection. */
export interface RawAnswer {
  /** Every status on it. */
  statuses: number[];
  text: string;
  closed: boolean;
}

/** Options for {@linkcode exchange}. */
export interface ExchangeOptions {
  host?: string;
  port: number;
  from?: string;
  /** Until it is closed, or for so long. */
  ms: number;
  /** Goes on writing after the first bytes. */
  onOpen?: (socket: Socket) => void;
}

/** Writes bytes to a new connection, and reads until it is closed. */
export function exchange(bytes: string | Uint8Array, options: ExchangeOptions): Promise<RawAnswer> {
  const { host = "127.0.0.1", port, from = "127.0.0.1", ms, onOpen } = options;
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host, port, localAddress: from });
    const end = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) =>
        Number(status),
      );
      resolve({ statuses, text, closed });
    };
    const timer = setTimeout(() => end(false), ms);
    socket.setEncoding("latin1").on("data", (piece) => {
      text += piece;
    });
    socket.on("error", () => {}).on("close", () => end(true));
    socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
    onOpen?.(socket);
  });
}
