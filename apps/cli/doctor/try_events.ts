import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { AdminHandlers, GetSetupResponse } from "@hookgate/rpc";
import { formatCount, formatSpan } from "../show/format.ts";
import { explainAnswer, explainRefused, unreachable } from "./explain_answer.ts";
import { judgeStored } from "./judge_stored.ts";
import { judgeTls } from "./judge_tls.ts";
import { NoAnswerError, type PostTrialOptions, postTrial, type TrialAnswer } from "./post_trial.ts";
import { type SignedTrial, signTrial, type Trial, trialBody } from "./sign_trial.ts";
import { failed, ok, skipped, type Verdict, warning } from "./verdict.ts";

/** How long the edge may take to learn of the trial, in milliseconds: it asks about each second. */
const LEARN_MS_MAX = 15_000;
const LEARN_EVERY_MS = 1_000;

/** Largest body that is sent, in bytes. */
const LARGE_BYTES_MAX = 2 * 1024 * 1024;

/** How long after the edge's own deadline an answer to a slow body is waited for, in milliseconds. */
const SLOW_MS = 5_000;

const DAY_MS = 86_400_000;

/** Above this providers with short deadlines may not wait, in milliseconds. */
const ANSWER_MS = 1_000;

/** What is looked at with the good event, and after it. */
const CHECKS = [
  "bytes",
  "who sends",
  "clock of the edge",
  "answer time",
  "tampered event",
  "stale event",
  "duplicate event",
  "large event",
  "oversize event",
  "slow event",
];

/** Options for {@linkcode tryEvents}. */
export interface TryEventsOptions {
  admin: Pick<AdminHandlers, "openTrial" | "getEvent" | "listQuarantine" | "getQuarantined">;
  setup: GetSetupResponse;
  /** The edge, or what is in front of it. */
  base: URL;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** Why, for the audit log. */
  reason?: string;
  /** Takes each verdict as it is known. */
  tell: (verdict: Verdict) => Promise<void>;
}

/** Sends test events that no subscription gets, and judges what becomes of each. */
export async function tryEvents(options: TryEventsOptions): Promise<void> {
  const { admin, base, setup, now, reason, tell } = options;
  const { path, secret } = await admin.openTrial({ ...(reason !== undefined && { reason }) });
  const url = new URL(`${base.pathname.replace(/\/$/, "")}/api/webhooks/${path}`, base);
  const trial: Trial = { url, secret, run: randomBytes(8).toString("hex") };
  const good = signed(trial, "good", now());
  const first = await postUntilKnown(trial, good).catch((error: unknown) => error as Error);
  if (first instanceof Error) {
    return tellAndSkip(unreachable("good event", base, first), tell);
  }
  if (first.tls) await tell(judgeTls(first.tls, now()));
  else if (base.hostname !== "localhost" && !base.hostname.startsWith("127.")) {
    const advice = "Put TLS in front of the edge: anyone on the way can read events.";
    await tell(warning("TLS", "the URL is plain http", advice));
  }
  const { eventId } = first.own ?? {};
  if (first.status !== 200 || eventId === undefined) {
    const explained =
      first.status === 401 && first.own !== null
        ? await explainRefused(trial, good, { admin, now })
        : explainAnswer("good event", first, base);
    return tellAndSkip(explained, tell);
  }
  await tell(ok("good event", `stored as ${eventId}, answered 200`));
  // It takes as long as the edge is patient, so it begins now.
  const slow = trySlow(trial, { ...options, at: now() });
  for (const verdict of await judgeStored(eventId, good, { admin, setup, now })) {
    await tell(verdict);
  }
  await tell(judgeTime(first));
  await tell(await tryTampered(trial, options));
  await tell(await tryStale(trial, options));
  await tell(await tryDuplicate(trial, good, { eventId, base }));
  await tell(await tryLarge(trial, options));
  await tell(await tryOversize(trial, options));
  await tell(await slow);
}

/** Tells why the good event did not arrive; without it nothing else can be looked at. */
async function tellAndSkip(why: Verdict, tell: TryEventsOptions["tell"]): Promise<void> {
  await tell(why);
  for (const check of CHECKS) {
    if (check !== why.check) await tell(skipped(check, "the good event did not arrive"));
  }
}

/** Until the edge has learnt of the trial its own answer is 404, which also makes it ask sooner: each of its processes by itself. */
async function postUntilKnown(trial: Trial, event: PostTrialOptions): Promise<TrialAnswer> {
  const until = performance.now() + LEARN_MS_MAX;
  for (;;) {
    const answer = await postTrial(trial.url, event);
    const isUnknown = answer.status === 404 && answer.own?.error === "unknown_source";
    if (!isUnknown || performance.now() > until) return answer;
    await delay(LEARN_EVERY_MS);
  }
}

function signed({ secret, run }: Trial, what: string, at: number, body = trialBody(what, run)) {
  return signTrial({ id: `doctor_${run}_${what}`, body, secret, at });
}

function judgeTime({ ms }: TrialAnswer): Verdict {
  const check = "answer time";
  if (ms < ANSWER_MS) return ok(check, formatSpan(ms));
  const advice =
    "Some providers wait three seconds only: look at the disk, the database, or what is in front.";
  return warning(check, formatSpan(ms), advice);
}

interface Trying extends Pick<TryEventsOptions, "setup" | "base" | "now"> {}

/** Sends an event that must be refused with 401. */
async function expectRefused(
  check: string,
  { trial, event, base }: { trial: Trial; event: SignedTrial; base: URL },
): Promise<Verdict> {
  const answer = await postUntilKnown(trial, event).catch((error: unknown) => error as Error);
  if (answer instanceof Error) return unreachable(check, base, answer);
  if (answer.status === 401 && answer.own !== null) return ok(check, "refused with 401");
  if (answer.status !== 200) return explainAnswer(check, answer, base);
  const advice = "Report it: SECURITY.md says how. Until then let nobody reach the edge.";
  return failed(check, "it was accepted", advice);
}

function tryTampered(trial: Trial, { now, base }: Trying): Promise<Verdict> {
  const { headers, body } = signed(trial, "tampered", now());
  const event = { headers, body: Buffer.from(String(body).replace("1.0", "9.9")) };
  return expectRefused("tampered event", { trial, event, base });
}

function tryStale(trial: Trial, { now, base }: Trying): Promise<Verdict> {
  const event = signed(trial, "stale", now() - DAY_MS);
  return expectRefused("stale event", { trial, event, base });
}

async function tryDuplicate(
  trial: Trial,
  event: SignedTrial,
  { eventId, base }: { eventId: string; base: URL },
): Promise<Verdict> {
  const check = "duplicate event";
  const answer = await postUntilKnown(trial, event).catch((error: unknown) => error as Error);
  if (answer instanceof Error) return unreachable(check, base, answer);
  const { own, status } = answer;
  if (status === 200 && own?.duplicate === true && own.eventId === eventId) {
    return ok(check, "answered 200 as the same event, not stored again");
  }
  if (status !== 200) return explainAnswer(check, answer, base);
  const advice = "Something answers in the edge's place, or there are two stores behind this URL.";
  return failed(check, "it was stored as another event", advice);
}

/** As large as the edge takes, and forged, so that it is read and not stored. */
async function tryLarge(trial: Trial, { setup, now, base }: Trying): Promise<Verdict> {
  const check = "large event";
  const bytes = Math.min(setup.bodyBytesMax, LARGE_BYTES_MAX);
  const { headers } = signed(trial, "large", now());
  const event = { headers, body: Buffer.alloc(bytes, "x") };
  const answer = await postUntilKnown(trial, event).catch((error: unknown) => error as Error);
  const size = `${formatCount(bytes)} bytes`;
  const advice =
    "Raise the limit of what is in front (nginx: client_max_body_size) to limits.bodyBytesMax: providers give up after such an answer.";
  if (answer instanceof Error) {
    return failed(check, `${size} do not get through: ${answer.message}`, advice);
  }
  if (answer.status === 401 && answer.own !== null) return ok(check, `${size} get through`);
  if (answer.status === 413) return failed(check, `${size} are refused before the edge`, advice);
  return explainAnswer(check, answer, base);
}

async function tryOversize(trial: Trial, { setup, now, base }: Trying): Promise<Verdict> {
  const check = "oversize event";
  const bytes = setup.bodyBytesMax + 1;
  const { headers } = signed(trial, "oversize", now());
  // More than is worth sending is only announced.
  const sentBytes = Math.min(bytes, LARGE_BYTES_MAX);
  const event = { headers, body: Buffer.alloc(bytes), sentBytes };
  const answer = await postUntilKnown(trial, event).catch((error: unknown) => error as Error);
  if (answer instanceof NoAnswerError) return unreachable(check, base, answer);
  if (answer instanceof Error) return ok(check, "the connection was closed while it was sent");
  if (answer.status === 413) return ok(check, "refused with 413");
  return explainAnswer(check, answer, base);
}

/** Half a body, and then nothing. */
async function trySlow(
  trial: Trial,
  { setup, base, at }: Pick<Trying, "setup" | "base"> & { at: number },
): Promise<Verdict> {
  const check = "slow event";
  const event = signed(trial, "slow", at);
  const timeoutMs = setup.bodyDeadlineMs + SLOW_MS;
  const options = { ...event, sentBytes: Math.floor(event.body.length / 2), timeoutMs };
  const startedAt = performance.now();
  const answer = await postUntilKnown(trial, options).catch((error: unknown) => error as Error);
  const took = formatSpan(performance.now() - startedAt);
  if (answer instanceof NoAnswerError) {
    const advice =
      "What is in front of the edge waits for slow senders itself: see that it bounds them (nginx: client_body_timeout).";
    return warning(check, `it is still waited for after ${formatSpan(timeoutMs)}`, advice);
  }
  if (answer instanceof Error) return ok(check, `its connection was closed after ${took}`);
  if (answer.status === 408) return ok(check, `given up with 408 after ${took}`);
  if (answer.own === null) return ok(check, `given up with ${answer.status} after ${took}`);
  return explainAnswer(check, answer, base);
}
