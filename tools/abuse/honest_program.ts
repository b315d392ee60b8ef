/** Honest senders as a process: its argument is an {@linkcode HonestPlan}, its output an {@linkcode Honest}. */
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { signed } from "./attacks/signed.ts";

/** What to send. */
export interface HonestPlan {
  port: number;
  secret: string;
  ms: number;
  /** Posts a second, on a schedule. */
  perSecond: number;
}

/** How honest senders fared. */
export interface Honest {
  sent: number;
  /** Answers of 503: they are repeated by every provider. */
  refused: number;
  /** Other answers than 200, and posts without one. */
  failed: number;
  p50Ms: number;
  p99Ms: number;
}

/** Sent before anything is measured: it opens connections, and compiles the program. */
const WARM_UP_MS = 500;

const { port, secret, ms, perSecond } = JSON.parse(process.argv[2] ?? "{}") as HonestPlan;
// Another address than the attackers': what limits one must not limit the other.
const agent = new Agent({ keepAlive: true, localAddress: "127.0.0.2", maxSockets: 64 });
const run = randomUUID();
const times: number[] = [];
const result = { sent: 0, refused: 0, failed: 0 };
const posts: Promise<void>[] = [];
const startedAt = performance.now();
for (let number = 0; number < ((WARM_UP_MS + ms) * perSecond) / 1_000; number += 1) {
  const dueMs = (number * 1_000) / perSecond;
  const dueAt = startedAt + dueMs;
  const early = dueAt - performance.now();
  if (early > 0) await delay(early);
  posts.push(
    postOnce(JSON.stringify({ type: "payment.success", data: { run, number } })).then((status) => {
      if (dueMs < WARM_UP_MS) return;
      // From when it should have been sent: a stalled server is not measured less often.
      times.push(performance.now() - dueAt);
      result.sent += 1;
      if (status === 503) result.refused += 1;
      else if (status !== 200) result.failed += 1;
    }),
  );
}
await Promise.all(posts);
const sorted = times.toSorted((a, b) => a - b);
const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
const honest: Honest = { ...result, p50Ms: at(0.5), p99Ms: at(0.99) };
process.stdout.write(JSON.stringify(honest), () => process.exit(0));

/** The status; 0 without an answer. */
function postOnce(body: string): Promise<number> {
  return new Promise((resolve) => {
    const sent = request({
      ...{ host: "127.0.0.1", port, agent, method: "POST", path: "/api/webhooks/bench" },
      headers: { ...signed(body, secret), "content-length": Buffer.byteLength(body) },
      timeout: 10_000,
    });
    sent.on("response", (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
      response.on("error", () => resolve(0));
    });
    sent.on("timeout", () => sent.destroy()).on("error", () => resolve(0));
    sent.end(body);
  });
}
