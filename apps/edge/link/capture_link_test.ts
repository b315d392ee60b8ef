import { randomBytes } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { connectRpc, type RpcClient } from "@hookgate/rpc";
import { makeEvent, waitFor } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { FakeCall } from "../suite/fake_call.ts";
import { FakeDispatcher } from "../suite/fake_dispatcher.ts";
import { keptLog } from "../suite/kept_log.ts";
import { CaptureLink, type CaptureLinkOptions } from "./capture_link.ts";
import type { CaptureAnswer } from "./pending_captures.ts";

/** Eleven days: no test takes that long. */
const NEVER = 1_000_000_000;
const KIB = 1_024;

let calls: FakeCall[];
let lines: Record<string, unknown>[];
let link: CaptureLink;
let leftovers: (() => void | Promise<void>)[];

beforeEach(() => {
  calls = [];
  leftovers = [];
});

afterEach(async () => {
  for (const leftover of leftovers.reverse()) await leftover();
});

/** A dispatcher whose streams are in `calls`, in the order in which they are opened. */
function fakeDispatcher(address: string): CaptureLinkOptions["dispatchers"][number] {
  return {
    address,
    capture() {
      const call = new FakeCall();
      calls.push(call);
      return call;
    },
  };
}

function makeLink(options: Partial<CaptureLinkOptions> = {}): CaptureLink {
  const kept = keptLog();
  lines = kept.lines;
  link = new CaptureLink({
    dispatchers: [fakeDispatcher("one:50051")],
    log: kept.log,
    random: () => 0,
    ...options,
  });
  leftovers.push(() => link.close());
  return link;
}

function call(index = 0): FakeCall {
  const found = calls[index];
  if (found === undefined) throw new Error(`Cannot play call ${index}: it was not made yet`);
  return found;
}

/** Captures events with bodies of this length; `answers` are those that came so far. */
function capture(count: number, { bytes = 10, deadlineAt = NEVER } = {}) {
  const answers: CaptureAnswer[] = [];
  const events = Array.from({ length: count }, () => {
    return makeEvent({ body: randomBytes(bytes), headers: new Uint8Array(0) });
  });
  const promises = events.map(async (event) => {
    answers.push(await link.capture(event, { deadlineAt }));
  });
  return { events, answers, done: Promise.all(promises) };
}

test("CaptureLink sends nothing before the server has sent its window, then all in one message", async () => {
  makeLink();
  const { events, done } = capture(3);
  await nextTurn();
  expect(call().requests).toEqual([]);
  expect(link.connected).toBe(false);

  call().open();
  expect(link.connected).toBe(true);
  expect(call().requests).toHaveLength(1);
  expect(call().captures.map(({ event }) => event?.id)).toEqual(events.map(({ id }) => id));
  call().answer(call().captures, "CAPTURE_OUTCOME_STORED");
  await done;
});

test("CaptureLink sends what is captured in one turn in one message", async () => {
  makeLink();
  call().open();
  capture(5);
  expect(call().requests).toHaveLength(0);
  await nextTurn();
  call().answer(call().captures, "CAPTURE_OUTCOME_STORED");
  capture(2);
  await nextTurn();
  expect(call().requests.map(({ captures }) => captures.length)).toEqual([5, 2]);
});

test("CaptureLink gathers events of several turns while others are not answered", async () => {
  makeLink();
  call().open();
  capture(1);
  await nextTurn();
  const sizes = () => call().requests.map(({ captures }) => captures.length);
  capture(1);
  capture(1);
  await waitFor(() => call().requests.length === 2, { what: "the message after a moment" });
  expect(sizes()).toEqual([1, 2]);

  // Many do not wait.
  capture(63);
  capture(1);
  await nextTurn();
  expect(sizes()).toEqual([1, 2, 64]);

  // An answer ends the waiting, too.
  capture(3);
  call().answer(call().captures.slice(0, 1), "CAPTURE_OUTCOME_STORED");
  expect(sizes()).toEqual([1, 2, 64, 3]);
});

test("CaptureLink bounds the bytes of a message, and sends a larger event alone", async () => {
  makeLink();
  call().open();
  capture(3, { bytes: 400 * KIB });
  capture(1, { bytes: 3_000 * KIB });
  capture(1);
  await nextTurn();
  expect(call().requests.map(({ captures }) => captures.length)).toEqual([2, 1, 1, 1]);
});

test.each([
  ["CAPTURE_OUTCOME_STORED", "", { outcome: "stored" }],
  ["CAPTURE_OUTCOME_DUPLICATE", "", { outcome: "duplicate" }],
  [
    "CAPTURE_OUTCOME_UNAVAILABLE",
    "disk_reserve",
    { outcome: "unavailable", reason: "disk_reserve" },
  ],
  [
    "CAPTURE_OUTCOME_UNSPECIFIED",
    "",
    { outcome: "unavailable", reason: "CAPTURE_OUTCOME_UNSPECIFIED" },
  ],
] as const)("CaptureLink reads %s", async (outcome, reason, expected) => {
  makeLink();
  call().open();
  const { answers, done } = capture(1);
  await nextTurn();
  call().answer(call().captures, outcome, reason);
  await done;
  expect(answers).toEqual([expect.objectContaining(expected)]);
});

test("CaptureLink takes answers in any order, once each, and ignores those to events that it did not send", async () => {
  makeLink();
  call().open();
  const { answers } = capture(3);
  await nextTurn();
  const [one, two, three] = call().captures;
  if (!one || !two || !three) throw new Error("Cannot answer: nothing was sent");
  call().answer([{ ...one, number: 4_711 }], "CAPTURE_OUTCOME_STORED");
  call().answer([three, one], "CAPTURE_OUTCOME_STORED");
  call().answer([three], "CAPTURE_OUTCOME_UNAVAILABLE");
  await nextTurn();
  expect(answers.map((answer) => "eventId" in answer && answer.eventId)).toEqual([
    three.event?.id,
    one.event?.id,
  ]);
});

test("CaptureLink knows why its dispatcher can store nothing, until that is over", async () => {
  makeLink();
  expect(link.problem).toBe("the dispatcher is not connected");
  call().open();
  expect(link.problem).toBeNull();
  call().announce("the disk is below its reserve");
  expect(link.problem).toBe("the dispatcher is not ready: the disk is below its reserve");
  call().announce("");
  expect(link.problem).toBeNull();
});

test("CaptureLink says with each event how long it is waited for", async () => {
  makeLink();
  call().open();
  const { done } = capture(1, { deadlineAt: performance.now() + 60_000 });
  await waitFor(() => call().captures.length > 0, { what: "the event" });
  const [sent] = call().captures;
  expect(sent?.waitMs).toBeGreaterThan(1_000);
  expect(sent?.waitMs).toBeLessThanOrEqual(60_000);
  call().answer(call().captures, "CAPTURE_OUTCOME_STORED");
  await done;
});

test("CaptureLink keeps to the server's window of events", async () => {
  makeLink();
  call().open({ eventsMax: 2 });
  capture(5);
  await nextTurn();
  expect(call().captures).toHaveLength(2);
  call().answer(call().captures.slice(0, 1), "CAPTURE_OUTCOME_STORED");
  expect(call().captures).toHaveLength(3);
  call().open({ eventsMax: 4 });
  expect(call().captures).toHaveLength(5);
});

test("CaptureLink keeps to the server's window of bytes, but always sends one", async () => {
  makeLink();
  call().open({ bytesMax: 1_000 });
  capture(1, { bytes: 2_000 });
  capture(3, { bytes: 400 });
  await nextTurn();
  expect(call().captures).toHaveLength(1);
  call().answer(call().captures, "CAPTURE_OUTCOME_STORED");
  expect(call().captures).toHaveLength(3);
});

test("CaptureLink waits while the stream has no room", async () => {
  makeLink();
  call().open();
  call().room = false;
  capture(2);
  await nextTurn();
  capture(2);
  await nextTurn();
  expect(call().captures).toHaveLength(2);
  call().drain();
  await nextTurn();
  expect(call().requests.map(({ captures }) => captures.length)).toEqual([2, 2]);
});

test.each(["break", "finish"] as const)(
  "CaptureLink sends again what was not answered when the stream is lost (%s)",
  async (loss) => {
    makeLink();
    call().open();
    const { events, answers, done } = capture(4);
    await nextTurn();
    call().answer(call().captures.slice(1, 2), "CAPTURE_OUTCOME_STORED");
    call()[loss]();
    const late = capture(1);
    await waitFor(() => calls.length === 2, { what: "the next stream" });
    call(1).open();
    const again = [events[0], events[2], events[3], late.events[0]].map((event) => event?.id);
    expect(call(1).captures.map(({ event }) => event?.id)).toEqual(again);
    // What comes on the lost stream is ignored.
    call().answer(call().captures, "CAPTURE_OUTCOME_UNAVAILABLE");
    call(1).answer(call(1).captures, "CAPTURE_OUTCOME_STORED");
    await done;
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(4).fill("stored"));
  },
);

test("CaptureLink answers an event at its deadline, and does not send it again", async () => {
  makeLink();
  call().open({ eventsMax: 2 });
  const { answers, done } = capture(2, { deadlineAt: performance.now() + 20 });
  const patient = capture(2);
  await done;
  expect(answers).toEqual(Array(2).fill({ outcome: "unavailable", reason: "deadline" }));
  // The server still works on them: they take up its window until they are answered.
  expect(call().captures).toHaveLength(2);
  call().answer(call().captures, "CAPTURE_OUTCOME_STORED");
  expect(call().captures).toHaveLength(4);

  call().break();
  await waitFor(() => calls.length === 2, { what: "the next stream" });
  call(1).open();
  const ids = call(1).captures.map(({ event }) => event?.id);
  expect(ids).toEqual(patient.events.map(({ id }) => id));
});

test("CaptureLink answers in time without a stream, and never sends what is answered", async () => {
  makeLink();
  const { answers, done } = capture(1, { deadlineAt: performance.now() + 20 });
  await done;
  expect(answers).toEqual([{ outcome: "unavailable", reason: "not_connected" }]);
  call().open();
  await nextTurn();
  expect(call().captures).toEqual([]);
});

test("CaptureLink refuses an event at once if its deadline has passed", async () => {
  makeLink({ monotonic: () => 1_000 });
  const { answers, done } = capture(1, { deadlineAt: 1_000 });
  await done;
  expect(answers).toEqual([{ outcome: "unavailable", reason: "deadline" }]);
});

test("CaptureLink refuses at once when it has been down for a second, and no longer when it is up", async () => {
  const time = { now: 0 };
  makeLink({ monotonic: () => time.now });
  call().open();
  call().break();
  time.now = 1_000;
  const waiting = capture(1);
  await nextTurn();
  expect(waiting.answers).toEqual([]);

  time.now = 1_001;
  const refused = capture(1);
  await refused.done;
  expect(refused.answers).toEqual([{ outcome: "unavailable", reason: "not_connected" }]);

  await waitFor(() => calls.length === 2, { what: "the next stream" });
  call(1).open();
  const welcome = capture(1);
  await waitFor(() => call(1).captures.length === 2, { what: "both captures" });
  call(1).answer(call(1).captures, "CAPTURE_OUTCOME_STORED");
  await Promise.all([waiting.done, welcome.done]);
  expect([...waiting.answers, ...welcome.answers]).toMatchObject([
    { outcome: "stored" },
    { outcome: "stored" },
  ]);
});

test("CaptureLink abandons a stream on which nothing is answered", async () => {
  makeLink({ silentMsMax: 300 });
  call().open();
  capture(1);
  await waitFor(() => calls.length === 2, { what: "the next stream" });
  expect(call().failed).toBe(true);
  call(1).open();
  expect(call(1).captures).toHaveLength(1);
  expect(lines.map(({ why }) => why)).toContainEqual(expect.stringMatching(/^silent for \d+ ms$/));
});

test("CaptureLink keeps a stream on which nothing was sent, or that answers other events", async () => {
  const time = { now: 0, looks: 0 };
  const monotonic = () => {
    time.looks += 1;
    return time.now;
  };
  makeLink({ monotonic, silentMsMax: 300 });
  call().open();
  time.now = 60_000;
  capture(2);
  await nextTurn();
  time.now = 60_250;
  call().answer(call().captures.slice(0, 1), "CAPTURE_OUTCOME_STORED");
  time.now = 60_500;
  const { looks } = time;
  await waitFor(() => time.looks > looks, { what: "the next look at the clock" });
  expect(call().failed).toBe(false);
  time.now = 60_551;
  await waitFor(() => call().failed, { what: "the stream to be abandoned" });
});

test("CaptureLink abandons a stream whose server never sends anything", async () => {
  const time = { now: 0 };
  makeLink({ monotonic: () => time.now });
  time.now = 2_001;
  await waitFor(() => calls.length === 2, { what: "the next stream" });
  expect(call().failed).toBe(true);
});

test("CaptureLink bounds what waits", async () => {
  makeLink({ monotonic: () => 1 });
  const waiting = capture(10_000, { bytes: 0 });
  const refused = capture(1);
  await refused.done;
  expect(refused.answers).toEqual([{ outcome: "unavailable", reason: "overloaded" }]);
  expect(waiting.answers).toEqual([]);
});

/** Two dispatchers, both open; events go to the first. */
function makeTwo(options: Partial<CaptureLinkOptions> = {}): [FakeCall, FakeCall] {
  makeLink({ dispatchers: [fakeDispatcher("one:50051"), fakeDispatcher("two:50051")], ...options });
  call(0).open();
  call(1).open();
  return [call(0), call(1)];
}

test.each(["break", "finish"] as const)(
  "CaptureLink sends what was not answered to another dispatcher at once if one is lost (%s)",
  async (loss) => {
    const [one, two] = makeTwo();
    const { events, answers, done } = capture(3);
    await nextTurn();
    expect([one.captures.length, two.captures.length]).toEqual([3, 0]);
    one.answer(one.captures.slice(0, 1), "CAPTURE_OUTCOME_STORED");
    one[loss]();
    // Without a wait, and under the same ids.
    expect(two.captures.map(({ event }) => event?.id)).toEqual(events.slice(1).map(({ id }) => id));
    expect([link.connected, link.address]).toEqual([true, "two:50051"]);
    two.answer(two.captures, "CAPTURE_OUTCOME_STORED");
    await done;
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(3).fill("stored"));
    expect(lines.at(-1)).toMatchObject({
      msg: "dispatcher lost, using another",
      used: "two:50051",
    });
  },
);

test("CaptureLink leaves a dispatcher that says it cannot store for one that can", async () => {
  const [one, two] = makeTwo();
  one.announce("the disk is below its reserve");
  expect([link.address, link.problem]).toEqual(["two:50051", null]);
  capture(2);
  await nextTurn();
  expect([one.captures.length, two.captures.length]).toEqual([0, 2]);
  expect(lines.at(-1)).toMatchObject({
    msg: "a dispatcher cannot store events, using another",
    problem: "the disk is below its reserve",
  });
  // If neither can, it stays, and goes to the first that can again.
  two.announce("the store does not answer");
  expect(link.problem).toContain("the store does not answer");
  one.announce("");
  expect([link.address, link.problem]).toEqual(["one:50051", null]);
});

test.each(["disk_reserve", "store", "shutting_down"])(
  "CaptureLink sends an event that was refused (%s) to another dispatcher, once",
  async (reason) => {
    const [one, two] = makeTwo();
    const { events, answers, done } = capture(3);
    await nextTurn();
    one.answer(one.captures, "CAPTURE_OUTCOME_UNAVAILABLE", reason);
    expect(two.captures.map(({ event }) => event?.id)).toEqual(events.map(({ id }) => id));
    two.answer(two.captures.slice(1), "CAPTURE_OUTCOME_STORED");
    two.answer(two.captures.slice(0, 1), "CAPTURE_OUTCOME_UNAVAILABLE", reason);
    await done;
    expect(answers.map(({ outcome }) => outcome)).toEqual(["stored", "stored", "unavailable"]);
    expect(one.captures).toHaveLength(3);
  },
);

test("CaptureLink answers what is refused because there is too much", async () => {
  const [one, two] = makeTwo();
  const { answers, done } = capture(1);
  await nextTurn();
  one.answer(one.captures, "CAPTURE_OUTCOME_UNAVAILABLE", "overloaded");
  await done;
  expect(answers).toEqual([{ outcome: "unavailable", reason: "overloaded" }]);
  expect([two.captures.length, link.address]).toEqual([0, "one:50051"]);
});

test("CaptureLink stays with the dispatcher that it uses when a lost one is back", async () => {
  const [one, two] = makeTwo();
  one.break();
  await waitFor(() => calls.length === 3, { what: "the next stream" });
  call(2).open();
  capture(2);
  await nextTurn();
  expect([two.captures.length, call(2).captures.length]).toEqual([2, 0]);
  two.break();
  expect(call(2).captures).toHaveLength(2);
});

test("CaptureLink uses another dispatcher within two seconds if one is frozen", async () => {
  const [one, two] = makeTwo();
  const frozenAt = performance.now();
  const { answers, done } = capture(1);
  await nextTurn();
  expect(one.captures).toHaveLength(1);
  await waitFor(() => two.captures.length === 1, {
    what: "the other dispatcher",
    timeoutMs: 2_000,
  });
  expect(performance.now() - frozenAt).toBeGreaterThanOrEqual(990);
  expect(one.failed).toBe(true);
  two.answer(two.captures, "CAPTURE_OUTCOME_DUPLICATE");
  await done;
  expect(answers).toMatchObject([{ outcome: "duplicate" }]);
});

test("CaptureLink does not jump to and fro if all dispatchers are slow, as if their store were", async () => {
  const time = { now: 0, looks: 0 };
  const monotonic = () => {
    time.looks += 1;
    return time.now;
  };
  const [one, two] = makeTwo({ monotonic });
  capture(1);
  await nextTurn();
  time.now = 1_001;
  await waitFor(() => one.failed, { what: "the first to be given up" });
  await waitFor(() => calls.length === 3, { what: "its next stream" });
  call(2).open();
  time.now = 4_900;
  const { looks } = time;
  await waitFor(() => time.looks > looks + 1, { what: "another look at the clock" });
  expect(two.failed).toBe(false);
  // It answers: so it is the dispatcher that may be slow, and a second is enough again.
  two.answer(two.captures, "CAPTURE_OUTCOME_STORED");
  capture(1);
  await nextTurn();
  time.now = 5_902;
  await waitFor(() => two.failed, { what: "the second to be given up" });
});

test("CaptureLink is connected as long as one of its dispatchers is", async () => {
  const [one, two] = makeTwo();
  two.break();
  expect([link.connected, link.address]).toEqual([true, "one:50051"]);
  expect(lines.at(-1)?.["msg"]).toBe("a dispatcher in reserve is lost, reconnecting");
  one.break();
  expect(link.connected).toBe(false);
  await waitFor(() => calls.length === 4, { what: "the next streams" });
  call(3).open();
  expect(link.connected).toBe(true);
});

test("CaptureLink.close() answers what waits, ends the stream and makes no new one", async () => {
  makeLink();
  call().open();
  const { answers, done } = capture(2);
  await nextTurn();
  link.close();
  link.close();
  await done;
  expect(answers).toEqual(Array(2).fill({ outcome: "unavailable", reason: "shutting_down" }));
  expect(call().ended).toBe(true);
  expect(link.connected).toBe(false);
  call().break();
  const late = capture(1);
  await late.done;
  expect(late.answers).toEqual([{ outcome: "unavailable", reason: "shutting_down" }]);
  expect(calls).toHaveLength(1);
});

test("CaptureLink bounds its own log lines, however often the stream is lost", async () => {
  makeLink({ monotonic: () => 1 });
  for (let loss = 0; loss < 20; loss += 1) {
    await waitFor(() => calls.length === loss + 1, { what: "the next stream" });
    call(loss).open();
    call(loss).break();
  }
  expect(lines.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
    "info: dispatcher connected",
    "warn: dispatcher not connected, reconnecting",
  ]);
});

test("CaptureLink logs nothing about a server that is just starting, but about one that does not come", async () => {
  const time = { now: 0 };
  makeLink({ monotonic: () => time.now });
  call().break();
  time.now = 3_000;
  await waitFor(() => calls.length === 2, { what: "the next stream" });
  call(1).break();
  expect(lines).toEqual([]);
  time.now = 3_001;
  await waitFor(() => calls.length === 3, { what: "the next stream" });
  call(2).break();
  expect(lines).toMatchObject([{ level: "warn", msg: "dispatcher not connected, reconnecting" }]);
});

test("CaptureLink over gRPC: an event that was sent before the dispatcher died is stored after", async () => {
  const dispatcher = await FakeDispatcher.start();
  leftovers.push(() => dispatcher.close());
  const client: RpcClient = connectRpc({
    address: dispatcher.address,
    security: { token: null, tls: null },
  });
  leftovers.push(() => client.close());
  makeLink({ dispatchers: [{ address: dispatcher.address, capture: () => client.capture() }] });
  await link.firstConnected;
  dispatcher.behaviour = "silent";
  const { events, answers, done } = capture(3);
  await waitFor(() => dispatcher.messages.length === 1, { what: "the message" });

  const { port } = dispatcher;
  await dispatcher.close();
  await waitFor(() => !link.connected, { what: "the loss" });
  dispatcher.behaviour = "answer";
  await dispatcher.listen(port);
  await done;
  expect(answers).toEqual(events.map(({ id }) => ({ outcome: "stored", eventId: id })));
  expect(dispatcher.events.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
});
