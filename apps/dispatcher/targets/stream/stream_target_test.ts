import type { Reach, SubscribeRequest } from "@hookgate/rpc";
import { fakeClock } from "@hookgate/testing";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { leavingHeaders } from "../../headers/leaving_headers.ts";
import type { ClaimedDelivery } from "../../store/contract/deliveries.ts";
import { type CompiledReach, compileReach } from "../../subscriptions/reach.ts";
import { recordingLog } from "../../suite/recording_log.ts";
import { sampleClaimed, sampleSubscription } from "../../suite/sample_claimed.ts";
import type { Room, SubscriptionOf, TargetResult } from "../target.ts";
import { StreamTarget, type StreamTargetOptions } from "./stream_target.ts";
import { FakeStream } from "./suite/fake_stream.ts";

const CRM = sampleSubscription({ name: "crm", target: { kind: "stream" }, timeoutMs: 30_000 });
const AUDIT = sampleSubscription({ name: "audit", target: { kind: "stream" }, timeoutMs: 30_000 });
const ANYBODY = { reach: reachOf() };
const LIMITS = { deliveries: 3, bytes: 10_000 };
const NOTHING: Room = { deliveries: 0, bytes: 0 };
const OPENED = {
  created: true,
  types: ["*"],
  sources: ["*"],
  ackDeadlineMs: 30_000,
  heartbeatMs: 5_000,
};

beforeEach(() => void jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick"] }));
afterEach(() => void jest.useRealTimers());

/** An attempt of a delivery, and how it ended; null while it runs. */
interface Attempt {
  claimed: ClaimedDelivery;
  result: TargetResult | null;
  settled: () => void;
}

/** What a caller with these reaches may receive of crm; without any, everything. */
function reachOf(...reaches: Reach[]): CompiledReach {
  const reach = compileReach(reaches.length > 0 ? reaches : null, { name: "crm" });
  if (!reach) throw new Error("Cannot test: nothing may be received");
  return reach;
}

/** A target on a clock that stands still until `pass` moves it, and the loop's part, played by hand. */
class Bench {
  readonly clock = fakeClock({ now: 1_000_000 });
  readonly woken: string[] = [];
  readonly lines: ReturnType<typeof recordingLog>["lines"];
  readonly target: StreamTarget;
  /** What is claimed and not settled, by subscription. */
  readonly running = new Map<string, ClaimedDelivery[]>();

  constructor(options: Partial<StreamTargetOptions> = {}) {
    const { log, lines } = recordingLog();
    this.lines = lines;
    this.target = new StreamTarget({
      headersOf: (event) => leavingHeaders(event, []),
      wake: (name) => void this.woken.push(name),
      log,
      monotonic: this.clock.now,
      ...options,
    });
  }

  /** Opens a stream. */
  open(name = "crm", limits: Room = LIMITS, { reach } = ANYBODY): FakeStream {
    const stream = new FakeStream();
    const whose = { subscription: name, caller: "anybody", reach };
    stream.receive(this.target.attach(stream, { ...whose, limits, opened: OPENED }));
    return stream;
  }

  room(subscription: SubscriptionOf<"stream"> = CRM): Room {
    const claimed = this.running.get(subscription.name) ?? [];
    const bytes = claimed.reduce((sum, { event }) => sum + event.body.length, 0);
    return this.target.room(subscription, { deliveries: claimed.length, bytes });
  }

  /** Attempts deliveries of one subscription, with bodies of so many bytes. */
  attempt(
    bodies: readonly number[],
    { subscription = CRM, number = 1, headers = "" } = {},
  ): Attempt[] {
    return bodies.map((bytes) => {
      const body = new Uint8Array(bytes);
      const claimed = sampleClaimed({
        event: { body, headers: Buffer.from(headers) },
        delivery: { subscription: subscription.name },
      });
      const attempt: Attempt = { claimed, result: null, settled: () => {} };
      const running = this.running.get(subscription.name) ?? [];
      this.running.set(subscription.name, [...running, claimed]);
      void this.target.attempt(claimed, subscription, { number, alone: false }).then((tried) => {
        Object.assign(attempt, tried);
      });
      return attempt;
    });
  }

  /** Writes the outcome of a claimed delivery. */
  settle({ claimed, settled }: Attempt): void {
    const name = claimed.delivery.subscription;
    this.running.set(
      name,
      (this.running.get(name) ?? []).filter((one) => one !== claimed),
    );
    settled();
  }

  /** Lets time pass, and what is due happen. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      this.clock.advance(100);
      jest.advanceTimersByTime(100);
      await turn();
    }
  }
}

/** Lets what was asked for in this turn happen. */
async function turn(): Promise<void> {
  for (let count = 0; count < 3; count++) await new Promise((resolve) => setImmediate(resolve));
}

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

function bench(options: Partial<StreamTargetOptions> = {}): Bench {
  const made = new Bench(options);
  stack.defer(() => made.target.close({ graceMs: 0 }));
  return made;
}

test("what comes in one turn goes in one message, after what was opened, without credentials", async () => {
  const one = bench();
  const stream = one.open();
  expect(one.woken).toEqual(["crm"]);
  const [first, second] = one.attempt([10, 20], { number: 2, headers: "Cookie: a\r\nX-A: b\r\n" });
  await turn();
  expect(stream.sent).toMatchObject([
    { opened: OPENED, events: [], expiredAckIds: [] },
    {
      opened: null,
      events: [
        {
          deliveryId: first?.claimed.delivery.id,
          attempt: 2,
          event: { id: first?.claimed.event.id },
        },
        { deliveryId: second?.claimed.delivery.id, attempt: 2 },
      ],
    },
  ]);
  const [{ event } = { event: null }] = stream.events;
  expect(Buffer.from(event?.headers ?? []).toString()).toBe("X-A: b\r\n");
  expect(event?.body).toBe(first?.claimed.event.body);
  expect(new Set(stream.ackIds).size).toBe(2);
});

const DAY_MS = 86_400_000;

test("subscribers who get an event in one turn get one message of it, and later one by the headers of then", async () => {
  let leaving = Buffer.from("X-A: 1\r\n");
  const one = bench({ headersOf: () => leaving });
  const streams = [one.open(), one.open("audit")];
  const { event } = sampleClaimed();
  const attemptBoth = async () => {
    for (const subscription of [CRM, AUDIT]) {
      const claimed = {
        ...sampleClaimed({ delivery: { subscription: subscription.name } }),
        event,
      };
      void one.target.attempt(claimed, subscription, { number: 1, alone: false });
    }
    await turn();
    return streams.map(({ events }) => events.at(-1)?.event);
  };
  const [first, second] = await attemptBoth();
  expect(first).toBe(second);
  leaving = Buffer.from("X-A: 2\r\n");
  const later = await attemptBoth();
  expect(later).toMatchObject([{ headers: leaving }, { headers: leaving }]);
});

test.each<[string, (ackId: string) => Partial<SubscribeRequest>, TargetResult]>([
  ["an ack", (ackId) => ({ ackIds: [ackId] }), { kind: "succeeded" }],
  [
    "a nack",
    (ackId) => ({ nacks: [{ ackId, reason: "no", permanent: false }] }),
    { kind: "failed", error: "no", permanent: false },
  ],
  [
    "a nack without a reason",
    (ackId) => ({ nacks: [{ ackId, reason: "", permanent: false }] }),
    { kind: "failed", error: "the subscriber refused it", permanent: false },
  ],
  [
    "a nack that is permanent",
    (ackId) => ({ nacks: [{ ackId, reason: "never", permanent: true }] }),
    { kind: "failed", error: "never", permanent: true },
  ],
  [
    "a nack with a delay",
    (ackId) => ({ nacks: [{ ackId, reason: "no", permanent: false, delayMs: 0 }] }),
    { kind: "failed", error: "no", permanent: false, waitMs: 0 },
  ],
  [
    "a nack with a long delay and a long reason",
    (ackId) => ({
      nacks: [{ ackId, reason: "x".repeat(3_000), permanent: false, delayMs: 10 * DAY_MS }],
    }),
    {
      kind: "failed",
      error: "x".repeat(2_000),
      permanent: false,
      waitMs: DAY_MS,
    },
  ],
  [
    "an ack and a nack: the ack",
    (ackId) => ({ ackIds: [ackId], nacks: [{ ackId, reason: "no", permanent: true }] }),
    { kind: "succeeded" },
  ],
])("a delivery is answered by %s", async (_what, answer, result) => {
  const one = bench();
  const stream = one.open();
  const [attempt, other] = one.attempt([10, 10]);
  await turn();
  stream.say(answer(stream.ackIds[0] ?? ""));
  await turn();
  expect(attempt?.result).toEqual(result);
  expect(other?.result).toBeNull();
  expect(stream.failed).toBeNull();
});

test("answers of strangers, of past attempts and to what was not sent are passed over", async () => {
  const one = bench();
  const [stream, stranger] = [one.open(), one.open("audit")];
  const [attempt] = one.attempt([10]);
  await turn();
  const [ackId = ""] = stream.ackIds;
  stranger.say({ ackIds: [ackId, ""], nacks: [{ ackId, reason: "", permanent: true }] });
  stranger.say({ extensions: [{ ackId, deadlineMs: 1 }] });
  await turn();
  expect(attempt?.result).toBeNull();
  stream.lose();
  await turn();
  expect(attempt?.result).toEqual({ kind: "interrupted" });
  const again = one.open();
  const [second] = one.attempt([10], { number: 2 });
  await turn();
  again.say({ ackIds: [ackId] });
  await turn();
  expect(second?.result).toBeNull();
  expect([again.failed, stranger.failed]).toEqual([null, null]);
});

test.each<[string, Partial<SubscribeRequest>, string]>([
  [
    "opens again",
    {
      open: {
        subscription: "crm",
        types: [],
        sources: [],
        startPosition: "START_POSITION_NOW",
        startTimeMs: 0,
        outstandingEventsMax: 0,
        outstandingBytesMax: 0,
        change: false,
      },
    },
    "the stream is open: a later message cannot open it again",
  ],
  [
    "answers too much at once",
    { ackIds: Array(100_000).fill("x") },
    "a message has at most 20000 answers, not 100000",
  ],
  [
    "nacks into the past",
    { nacks: [{ ackId: "x", reason: "", permanent: false, delayMs: -1 }] },
    "a nack's delay_ms is at least 0",
  ],
  [
    "extends into the past",
    { extensions: [{ ackId: "x", deadlineMs: -1 }] },
    "an extension's deadline_ms is at least 0",
  ],
])("a message that %s ends the stream as INVALID_ARGUMENT", async (_what, message, problem) => {
  const one = bench();
  const stream = one.open();
  const [attempt] = one.attempt([10]);
  await turn();
  stream.say(message);
  await turn();
  expect(stream.failed).toMatchObject({ code: "INVALID_ARGUMENT", message: problem });
  expect(attempt?.result).toEqual({ kind: "interrupted" });
  expect(one.target.streams("crm")).toBe(0);
});

test("room() is what subscribers have left, beside what is claimed and not theirs yet", async () => {
  const one = bench();
  expect(one.room()).toEqual(NOTHING);
  const stream = one.open();
  one.open("crm", { deliveries: 2, bytes: 1_000 });
  expect(one.room()).toEqual({ deliveries: 5, bytes: 11_000 });
  expect(one.room(AUDIT)).toEqual(NOTHING);
  // Claimed by the loop, and on its way here.
  expect(one.target.room(CRM, { deliveries: 2, bytes: 600 })).toEqual({
    deliveries: 3,
    bytes: 10_400,
  });
  expect(one.target.room(CRM, { deliveries: 5, bytes: 0 })).toEqual(NOTHING);
  expect(one.target.room(CRM, { deliveries: 1, bytes: 11_000 })).toEqual(NOTHING);
  const [attempt] = one.attempt([300], { headers: "x-a: 1\r\n" });
  await turn();
  expect(one.room()).toEqual({ deliveries: 4, bytes: 11_000 - 308 });
  // What is answered takes its place until it is written.
  stream.say({ ackIds: stream.ackIds });
  expect(one.room()).toEqual({ deliveries: 4, bytes: 11_000 - 300 });
  if (attempt) one.settle(attempt);
  expect(one.room()).toEqual({ deliveries: 5, bytes: 11_000 });
});

test("two subscribers compete: who has most room is next", async () => {
  const one = bench();
  const [small, large] = [one.open("crm", { ...LIMITS, deliveries: 2 }), one.open()];
  one.attempt([1, 1, 1, 1]);
  await turn();
  expect([small.events.length, large.events.length]).toEqual([2, 2]);
  large.say({ ackIds: large.ackIds });
  one.attempt([1]);
  await turn();
  expect([small.events.length, large.events.length]).toEqual([2, 3]);
});

test("nobody there: not_started", async () => {
  const one = bench();
  one.open("audit");
  const [attempt] = one.attempt([1]);
  await turn();
  expect(attempt?.result).toEqual({ kind: "not_started" });
});

test("what does not fit is parked until it does, and holds back the rest", async () => {
  const one = bench();
  const stream = one.open("crm", { deliveries: 10, bytes: 1_000 });
  const [first, second, third] = one.attempt([600, 600, 1]);
  await turn();
  expect(stream.events).toHaveLength(1);
  expect(one.room()).toEqual(NOTHING);
  stream.say({ ackIds: stream.ackIds });
  await turn();
  expect([first?.result, second?.result, third?.result]).toEqual([
    { kind: "succeeded" },
    null,
    null,
  ]);
  expect(stream.events).toHaveLength(3);
  if (first) one.settle(first);
  expect(one.room()).toEqual({ deliveries: 8, bytes: 399 });
});

test("an event larger than a subscriber's bytes goes alone", async () => {
  const one = bench();
  const stream = one.open("crm", { deliveries: 10, bytes: 1_000 });
  one.attempt([1]);
  const [large] = one.attempt([5_000]);
  await turn();
  expect(stream.events).toHaveLength(1);
  stream.say({ ackIds: stream.ackIds });
  await turn();
  expect(stream.events).toHaveLength(2);
  expect(one.room()).toEqual(NOTHING);
  one.attempt([1]);
  await turn();
  expect(stream.events).toHaveLength(2);
  stream.say({ ackIds: stream.ackIds });
  await turn();
  expect(large?.result).toEqual({ kind: "succeeded" });
  expect(stream.events).toHaveLength(3);
});

test("what is parked for as long as an attempt may take, or has nobody to wait for, is given back", async () => {
  const one = bench();
  const stream = one.open("crm", { deliveries: 1, bytes: 1_000 });
  one.attempt([1]);
  const [late] = one.attempt([1]);
  await turn();
  const [ackId = ""] = stream.ackIds;
  for (let minute = 0; minute < 2; minute++) {
    stream.say({ extensions: [{ ackId, deadlineMs: 60_000 }] });
    await one.pass(14_900);
  }
  expect(late?.result).toBeNull();
  stream.say({});
  await one.pass(300);
  expect(late?.result).toEqual({ kind: "not_started" });
  const [lost] = one.attempt([1]);
  await turn();
  stream.lose();
  await turn();
  expect(lost?.result).toEqual({ kind: "not_started" });
});

test("a deadline that passes is timed_out, told, and no stranger's", async () => {
  const one = bench();
  const stream = one.open();
  const [attempt, other] = one.attempt([1]).concat(one.attempt([1], { subscription: AUDIT }));
  await turn();
  expect(other?.result).toEqual({ kind: "not_started" });
  await one.pass(14_000);
  stream.say({});
  await one.pass(14_000);
  stream.say({});
  await one.pass(1_900);
  expect(attempt?.result).toBeNull();
  await one.pass(200);
  expect(attempt?.result).toEqual({
    kind: "timed_out",
    error: "the subscriber did not answer in time",
  });
  await turn();
  expect(stream.expired).toEqual(stream.ackIds);
  stream.say({ ackIds: stream.ackIds });
  expect(stream.failed).toBeNull();
});

test.each([
  // what is asked for, and how long the delivery then has
  [1_000, 1_000],
  [0, 30_000],
  [600_000, 600_000],
  [6_000_000, 600_000],
])("an extension of %p ms gives %p ms from then", async (deadlineMs, ms) => {
  const one = bench();
  const stream = one.open();
  const [attempt] = one.attempt([1]);
  await turn();
  await one.pass(10_000);
  const [ackId = ""] = stream.ackIds;
  stream.say({ extensions: [{ ackId, deadlineMs }] });
  for (let passed = 0; passed < ms - 100; passed += 10_000) {
    stream.say({});
    await one.pass(Math.min(10_000, ms - 100 - passed));
  }
  expect(attempt?.result).toBeNull();
  await one.pass(200);
  expect(attempt?.result).toMatchObject({ kind: "timed_out" });
});

test("a subscriber that extends for ever loses the delivery after a day", async () => {
  const clock = fakeClock({ now: 1_000_000 });
  const one = bench({ monotonic: clock.now, running: clock.now });
  const stream = one.open();
  const [attempt] = one.attempt([1]);
  await turn();
  const [ackId = ""] = stream.ackIds;
  const extendFor = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 10_000) {
      stream.say({ extensions: [{ ackId, deadlineMs: 0 }] });
      // After such a leap the first tick only reads what has arrived.
      clock.advance(10_000);
      await one.pass(100);
    }
  };
  await extendFor(86_390_000);
  expect(attempt?.result).toBeNull();
  await extendFor(20_000);
  expect(attempt?.result).toMatchObject({ kind: "timed_out" });
});

test("a stream that is lost returns at once what it owes, and the other one gets it", async () => {
  const one = bench();
  const [lost, other] = [one.open(), one.open()];
  const attempts = one.attempt([1, 1, 1, 1]);
  await turn();
  lost.lose();
  await turn();
  const results = attempts.map(({ result }) => result?.kind ?? null);
  expect(results.filter((kind) => kind === "interrupted")).toHaveLength(2);
  expect(one.target.streams("crm")).toBe(1);
  for (const attempt of attempts) if (attempt.result) one.settle(attempt);
  expect(one.room().deliveries).toBe(1);
  one.attempt([1]);
  await turn();
  expect(other.events).toHaveLength(3);
  expect(one.lines.at(-1)).toMatchObject({
    message: "stream closed",
    fields: { subscription: "crm", streams: 1, code: "CANCELLED" },
  });
});

test("both ends are heard from, or the stream is over", async () => {
  const one = bench();
  const [silent, heard] = [one.open(), one.open()];
  const [attempt] = one.attempt([1]);
  await turn();
  await one.pass(5_000);
  const empty = { opened: null, events: [], expiredAckIds: [] };
  expect([silent.sent.at(-1), heard.sent.at(-1)]).toEqual([empty, empty]);
  expect([silent.sent.length, heard.sent.length]).toEqual([3, 2]);
  heard.say({});
  await one.pass(10_000);
  expect(silent.failed).toBeNull();
  await one.pass(100);
  expect(silent.failed).toMatchObject({
    code: "UNAVAILABLE",
    message: "nothing was heard for 15000 ms",
  });
  expect(heard.failed).toBeNull();
  expect(attempt?.result).toEqual({ kind: "interrupted" });
});

test("nobody is judged for time that the dispatcher itself has slept", async () => {
  const one = bench();
  const stream = one.open();
  one.attempt([1]);
  await turn();
  one.clock.advance(60_000);
  jest.advanceTimersByTime(100);
  expect(stream.failed).toBeNull();
  // What has arrived meanwhile is read now.
  stream.say({ ackIds: stream.ackIds });
  await one.pass(100);
  expect(stream.failed).toBeNull();
});

test("an ack deadline counts the time in which the dispatcher ran", async () => {
  const one = bench();
  const stream = one.open();
  const [attempt] = one.attempt([1]);
  await turn();
  for (let passedMs = 0; passedMs < 0.9 * CRM.timeoutMs; passedMs += 10_000) {
    await one.pass(Math.min(10_000, 0.9 * CRM.timeoutMs - passedMs));
    stream.say({});
  }
  one.clock.advance(10 * CRM.timeoutMs);
  await one.pass(CRM.timeoutMs / 20);
  expect(attempt?.result).toBeNull();
  stream.say({ ackIds: stream.ackIds });
  await turn();
  expect(attempt?.result).toEqual({ kind: "succeeded" });
});

test("a stream that does not drain is given nothing more until it does, and says so then", async () => {
  const one = bench();
  const stream = one.open();
  stream.taking = false;
  const [first] = one.attempt([1]);
  await turn();
  expect(one.room()).toEqual(NOTHING);
  const [second] = one.attempt([1]);
  await turn();
  expect([first?.result, second?.result]).toEqual([null, null]);
  expect(stream.events).toHaveLength(1);
  one.woken.length = 0;
  stream.take();
  await turn();
  expect(one.woken).toEqual(["crm"]);
  expect(stream.events).toHaveLength(2);
  expect(one.room().deliveries).toBe(1);
});

test("a stream that takes nothing for as long as an attempt may take is over: its bytes are ours", async () => {
  const one = bench();
  const stream = one.open();
  stream.taking = false;
  const [sent] = one.attempt([1]);
  await turn();
  await one.pass(14_000);
  stream.say({});
  await one.pass(14_000);
  stream.say({});
  await one.pass(2_100);
  expect(stream.failed).toMatchObject({
    code: "UNAVAILABLE",
    message: "the client has read nothing for 30000 ms",
  });
  expect(sent?.result).toEqual({ kind: "interrupted" });
});

test("messages stay below what other clients take, and a large event comes alone", async () => {
  const one = bench();
  const stream = one.open("crm", { deliveries: 100, bytes: 64 * 1024 * 1024 });
  one.attempt([300_000, 300_000, 300_000, 300_000, 5_000_000, 1]);
  await turn();
  expect(stream.sent.slice(1).map(({ events }) => events.length)).toEqual([3, 1, 1, 1]);
});

test("one that drains is sent nothing new, answers what it owes, and ends when that is written", async () => {
  const one = bench();
  const stream = one.open();
  const [first, second] = one.attempt([1, 1]);
  await turn();
  const [early] = one.attempt([1]);
  stream.say({ drain: true });
  await turn();
  expect(early?.result).toEqual({ kind: "not_started" });
  expect(one.room()).toEqual(NOTHING);
  const [late] = one.attempt([1]);
  await turn();
  expect(late?.result).toEqual({ kind: "not_started" });
  stream.say({ ackIds: stream.ackIds.slice(0, 1) });
  stream.finish();
  await turn();
  // It can answer no more.
  expect([first?.result, second?.result]).toEqual([{ kind: "succeeded" }, { kind: "interrupted" }]);
  for (const attempt of [early, late, second]) if (attempt) one.settle(attempt);
  expect([stream.ended, one.target.streams("crm")]).toEqual([false, 1]);
  if (first) one.settle(first);
  expect([stream.ended, one.target.streams("crm")]).toEqual([true, 0]);
  expect(stream.failed).toBeNull();
});

test("one that ends without owing anything is ended at once", () => {
  const one = bench();
  const stream = one.open();
  stream.finish();
  expect([stream.ended, stream.failed, one.target.size]).toEqual([true, null, 0]);
});

test("one that has ended is not taken for silent while its answers are written", async () => {
  const one = bench();
  const stream = one.open();
  const [attempt] = one.attempt([1]);
  await turn();
  stream.say({ ackIds: stream.ackIds });
  stream.finish();
  await one.pass(60_000);
  expect([stream.ended, stream.failed]).toEqual([false, null]);
  if (attempt) one.settle(attempt);
  expect(stream.ended).toBe(true);
});

test("all streams together are bounded, each has its share, and what one gives back another gets", async () => {
  const one = bench({ bytesMax: 1_000 });
  const limits = { deliveries: 10, bytes: 10_000 };
  const crm = one.open("crm", limits);
  one.attempt([400, 400]);
  await turn();
  const audit = one.open("audit", limits);
  expect([one.room(CRM), one.room(AUDIT)]).toEqual([NOTHING, { deliveries: 10, bytes: 200 }]);
  // Larger than what is left of all, and nobody's fault: it waits for its turn.
  one.attempt([300], { subscription: AUDIT });
  await turn();
  expect(audit.events).toHaveLength(0);
  crm.say({ ackIds: crm.ackIds.slice(0, 1) });
  await turn();
  expect(audit.events).toHaveLength(1);
  const sent = crm.events.length + audit.events.length;
  expect(sent).toBe(3);
});

test("close() sends nothing new, waits for answers and their writing, and tells each one that waits for nothing", async () => {
  const one = bench();
  const [idle, busy, slow] = [one.open("audit"), one.open(), one.open("slow")];
  const [attempt] = one.attempt([1]);
  const SLOW = sampleSubscription({ name: "slow", target: { kind: "stream" } });
  const [late] = one.attempt([1], { subscription: SLOW });
  await turn();
  const closing = one.target.close({ graceMs: 3_000 });
  const stopping = { code: "UNAVAILABLE", message: "the dispatcher is stopping" };
  expect(idle.failed).toMatchObject(stopping);
  expect(one.room()).toEqual(NOTHING);
  const [refused] = one.attempt([1]);
  await turn();
  expect(refused?.result).toEqual({ kind: "not_started" });
  busy.say({ ackIds: busy.ackIds });
  await turn();
  expect(attempt?.result).toEqual({ kind: "succeeded" });
  expect(busy.failed).toBeNull();
  if (attempt) one.settle(attempt);
  expect(busy.failed).toMatchObject(stopping);
  await one.pass(2_900);
  expect([late?.result, slow.failed]).toEqual([null, null]);
  await one.pass(200);
  await closing;
  expect(late?.result).toEqual({ kind: "interrupted" });
  expect(slow.failed).toMatchObject(stopping);
  const after = one.open();
  expect(after.failed).toMatchObject(stopping);
  expect(one.target.size).toBe(0);
});

test("a delivery goes only to a subscriber whose token allows it, and fails if none does", async () => {
  const one = bench();
  const allowing = (...types: string[]) => reachOf({ name: "crm", types, sources: ["*"] });
  const payments = one.open("crm", LIMITS, { reach: allowing("payment.*") });
  const [early] = one.attempt([10]);
  await turn();
  expect(early?.result).toMatchObject({ kind: "failed", permanent: false });
  const courses = one.open("crm", LIMITS, { reach: allowing("course.*") });
  one.attempt([10, 10]);
  await turn();
  expect([payments.ackIds.length, courses.ackIds.length]).toEqual([0, 2]);
});

test("a subscription that changes to more than a token allows ends its streams", () => {
  const one = bench();
  const reach = reachOf({ name: "crm", types: ["payment.*"], sources: ["*"] });
  const stream = one.open("crm", LIMITS, { reach });
  const anybody = one.open();
  one.target.serve([{ ...CRM, events: ["payment.success"] }]);
  expect(stream.failed).toBeNull();
  one.target.serve([CRM]);
  expect(stream.failed).toMatchObject({ code: "PERMISSION_DENIED" });
  expect([anybody.failed, one.target.streams("crm")]).toEqual([null, 1]);
});
