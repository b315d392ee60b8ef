import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { pause } from "./attack.ts";

/** How an honest sender fared. */
export interface Honest {
  sent: number;
  /** Answers other than 200, and posts without an answer. */
  failed: number;
  p50Ms: number;
  p99Ms: number;
}

/** Options for {@linkcode measureHonest}. */
export interface MeasureHonestOptions {
  port: number;
  secret: string;
  seconds: number;
  /** Posts a second, on a schedule. */
  rate: number;
}

/** Sends signed posts on a schedule; times count from when each should have been sent. */
export async function measureHonest(options: MeasureHonestOptions): Promise<Honest> {
  const { port, secret, seconds, rate } = options;
  // Another address than the attacker's: what limits one must not limit the other.
  const agent = new Agent({ keepAlive: true, localAddress: "127.0.0.2", maxSockets: 64 });
  const never = new AbortController().signal;
  const times: number[] = [];
  let failed = 0;
  const posts: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let number = 0; number < seconds * rate; number += 1) {
    const dueAt = startedAt + (number * 1_000) / rate;
    await pause(Math.max(0, dueAt - performance.now()), never);
    const body = JSON.stringify({ type: "payment.success", data: { number, at: startedAt } });
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const post = postOnce({ port, agent, body, signature }).then((status) => {
      times.push(performance.now() - dueAt);
      if (status !== 200) failed += 1;
    });
    posts.push(post);
  }
  await Promise.all(posts);
  agent.destroy();
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { sent: times.length, failed, p50Ms: at(0.5), p99Ms: at(0.99) };
}

interface Post {
  port: number;
  agent: Agent;
  body: string;
  signature: string;
}

/** The status; 0 without an answer. */
function postOnce({ port, agent, body, signature }: Post): Promise<number> {
  return new Promise((resolve) => {
    const sent = request({
      ...{ host: "127.0.0.1", port, agent, method: "POST", path: "/api/webhooks/bench" },
      headers: { "content-type": "application/json", "x-webhook-signature": signature },
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
