import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { signedGenericRequest } from "@hookgate/testing";
import type { Ledger, LedgerEntry } from "./ledger.ts";
import { createAgent, postOnce } from "./post.ts";

/** Sources of the load; deliveries of {@linkcode ORDERED_SOURCE} are ordered by `/data/key`. */
export const SOURCES = ["alpha", "beta", "gamma"] as const;
export const ORDERED_SOURCE = "gamma";

/** The secret of a source. */
export function secretOf(source: string): string {
  return `crash-secret-of-${source}`;
}

/** Different keys that the ordered deliveries have. */
const KEYS = 8;

/** Events of this type are to end dead. */
export const DOOMED_TYPE = "payment.refunded";

/** Types of events, each as often as it stands here; what their handlers do is in `handler.ts`. */
const TYPES = [
  ...Array.from({ length: 16 }, () => "payment.success"),
  "payment.failed",
  "payment.failed",
  "course.completed",
  DOOMED_TYPE,
];

/** Longest padding of a body; most are far shorter. */
const PADDING_BYTES_MAX = 20_000;

/** Shares of posts that repeat an earlier body, and that are signed with another secret. */
const REPEATED_SHARE = 0.05;
const FORGED_SHARE = 0.01;

/** Posts of which one may be repeated. */
const REPEATABLE = 200;

/** Posts without an answer, at most: an edge that hangs must not fill this process. */
const OPEN_MAX = 2_000;

/** How far the schedule may be behind, in milliseconds. */
const BEHIND_MS_MAX = 1_000;

/** A load that continues through all faults. */
export interface Load {
  entries: readonly LedgerEntry[];
  /** Sends this many posts with one new body at once, and waits for all answers. */
  burst(copies: number): Promise<void>;
  /** Sends an event of this source, and waits for the answer. */
  post(source: string): Promise<void>;
  /** Stops sending and waits for outstanding answers. */
  stop(): Promise<void>;
}

/** Options for {@linkcode startLoad}. */
export interface StartLoadOptions {
  ledger: Ledger;
  /** Ports of the edges, used in turn. A post that no edge listened to goes to the next one. */
  ports: readonly number[];
  /** Posts a second, sent on a schedule: no answer is waited for. */
  perSecond: number;
  random: () => number;
}

interface Body {
  source: string;
  body: Uint8Array<ArrayBuffer>;
}

/** Starts posting: new events and duplicates, of several sources, some with an order key, some signed wrongly. */
export function startLoad({ ledger, ports, perSecond, random }: StartLoadOptions): Load {
  const agent = createAgent();
  const recent: Body[] = [];
  const open = new Set<Promise<void>>();
  let stopped = false;
  let ids = 0;

  function newBody(): Body {
    const source = SOURCES[Math.floor(random() * SOURCES.length)] ?? SOURCES[0];
    // Mostly small: the cube of a number below 1.
    const padding = "é".repeat(Math.floor((random() ** 3 * PADDING_BYTES_MAX) / 2));
    const type = TYPES[Math.floor(random() * TYPES.length)];
    const content = {
      // A dead one would hold back its key for good.
      type: source === ORDERED_SOURCE && type === DOOMED_TYPE ? "payment.success" : type,
      timestamp: new Date().toISOString(),
      data: { key: `key ${Math.floor(random() * KEYS)}`, number: ids, padding },
    };
    return { source, body: Buffer.from(JSON.stringify(content)) };
  }

  function nextBody(): Body {
    const earlier = recent[Math.floor(random() * recent.length)];
    if (earlier && random() < REPEATED_SHARE) return earlier;
    const body = newBody();
    recent.push(body);
    if (recent.length > REPEATABLE) recent.shift();
    return body;
  }

  async function send({ source, body }: Body, signed: boolean): Promise<void> {
    ids += 1;
    const id = ids;
    const sha256 = createHash("sha256").update(body).digest("hex");
    const secret = signed ? secretOf(source) : "another secret";
    const { headers } = signedGenericRequest({ secret, body });
    await ledger.sending({ id, source, sha256, signed, sent: Date.now() });
    const path = `/api/webhooks/${source}`;
    let answer = { status: 0, eventId: "", refused: true };
    for (let tried = 0; answer.refused && tried < ports.length; tried += 1) {
      const port = ports[(id + tried) % ports.length] ?? 0;
      answer = await postOnce(agent, { port, path, headers, body });
    }
    const { status, eventId } = answer;
    ledger.answered(id, { at: Date.now(), status, eventId });
  }

  function track(sending: Promise<void>): Promise<void> {
    open.add(sending);
    return sending.finally(() => open.delete(sending));
  }

  async function run(): Promise<void> {
    let dueAt = performance.now();
    while (!stopped) {
      const now = performance.now();
      if (dueAt > now) await delay(dueAt - now);
      // What a machine that stood still has missed is not sent all at once.
      else dueAt = Math.max(dueAt, now - BEHIND_MS_MAX);
      dueAt += 1_000 / perSecond;
      // A wrongly signed one has a body of its own: that body may not be stored.
      const forged = random() < FORGED_SHARE;
      if (open.size < OPEN_MAX) void track(send(forged ? newBody() : nextBody(), !forged));
    }
  }

  const running = run();
  return {
    entries: ledger.entries,
    async burst(copies) {
      const body = newBody();
      await Promise.all(Array.from({ length: copies }, () => track(send(body, true))));
    },
    post: (source) => track(send({ ...newBody(), source }, true)),
    async stop() {
      stopped = true;
      await running;
      await Promise.all(open);
      agent.destroy();
    },
  };
}
