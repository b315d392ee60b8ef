import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type Bidi,
  type CaptureRequest,
  type CaptureResponse,
  type CaptureResultMessage,
  captureToMessage,
  RpcError,
} from "@hookgate/rpc";
import { createLog } from "@hookgate/telemetry";
import { makeEvent, waitFor } from "@hookgate/testing";
import type { CapturedEvent } from "@hookgate/types";
import { expect, jest, test } from "@jest/globals";

import type { Capture, CaptureResult, CommitOptions } from "../store/contract/captures.ts";
import { DiskReserveError, StoreUnavailableError } from "../store/contract/event_store.ts";
import { TooMuchAtOnceError } from "../store/contract/too_much_at_once.ts";
import type { Matching } from "../subscriptions/match_subscriptions.ts";
import { recordingEntrance } from "../suite/recording_entrance.ts";
import { sampleClaimed } from "../suite/sample_claimed.ts";
import { Ingest, type IngestOptions } from "./ingest.ts";

const log = createLog({ name: "test", level: "silent" });

/** The edge's end of a stream, in memory. */
class FakeCall implements Bidi<CaptureRequest, CaptureResponse> {
  readonly answers: CaptureResultMessage[] = [];
  readonly unsent = 0;
  windows = 0;
  readonly problems: (string | undefined)[] = [];
  failed: RpcError | null = null;
  ended = false;
  #callbacks: Parameters<Bidi<CaptureRequest, CaptureResponse>["receive"]>[0] | null = null;

  receive(callbacks: Parameters<Bidi<CaptureRequest, CaptureResponse>["receive"]>[0]): void {
    this.#callbacks = callbacks;
  }
  send({ window, results, problem }: CaptureResponse): boolean {
    this.problems.push(problem);
    if (window) this.windows += 1;
    this.answers.push(...results);
    return true;
  }
  async drained(): Promise<void> {}
  end(): void {
    this.ended = true;
  }
  fail(error: RpcError): void {
    this.failed = error;
  }
  say(events: readonly CapturedEvent[], waitMs = 0): void {
    const captures = events.map((event, number) => captureToMessage(number, event, waitMs));
    this.#callbacks?.message({ captures });
  }
  breakOff(): void {
    this.#callbacks?.error(new RpcError("UNAVAILABLE", "gone"));
  }
  finish(): void {
    this.#callbacks?.end();
  }
  async answered(count: number): Promise<void> {
    const what = `${count} answers`;
    await waitFor(() => this.answers.length >= count, { timeoutMs: 5_000, what });
  }
}

/** A set whose subscriptions of these names want everything. */
function wants(...names: string[]): Matching {
  const wanted = names.map((subscription) => ({ subscription, orderKey: null }));
  return { revision: 1, match: () => ({ wanted, skipped: [] }) };
}

/** An ingest over a store that keeps commits in a list, each taking `commit` to decide its result. */
function makeIngest(options: {
  commit?: (
    captures: readonly Capture[],
    options: CommitOptions,
  ) => CaptureResult[] | null | Promise<CaptureResult[] | null>;
  match?: IngestOptions["matching"];
  refresh?: () => Promise<void>;
  monotonic?: () => number;
  knows?: (source: string) => boolean;
}) {
  const commits: (readonly Capture[])[] = [];
  const slots: string[] = [];
  const stored = (captures: readonly Capture[]): CaptureResult[] =>
    captures.map(({ event }) => ({ eventId: event.id, duplicate: false, deliveries: [] }));
  const { commit = stored, match = () => wants() } = options;
  const ingest = new Ingest({
    store: {
      async commit(captures, options) {
        commits.push(captures);
        return commit(captures, options);
      },
    },
    entrance: recordingEntrance(slots),
    matching: match,
    refreshMatching: options.refresh ?? (async () => {}),
    ...(options.monotonic && { monotonic: options.monotonic }),
    ...(options.knows && { knows: options.knows }),
    log,
  });
  const call = new FakeCall();
  ingest.capture(call);
  return { ingest, call, commits, slots };
}

test("Ingest speaks first, with its window, and commits what comes in one message together", async () => {
  const { call, commits } = makeIngest({});
  expect(call.windows).toBe(1);
  call.say(Array.from({ length: 300 }, () => makeEvent()));
  await call.answered(300);
  expect(commits.map(({ length }) => length)).toEqual([256, 44]);
  expect(new Set(call.answers.map(({ outcome }) => outcome))).toEqual(
    new Set(["CAPTURE_OUTCOME_STORED"]),
  );
  expect(call.answers.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 300 }, (_, number) => number),
  );
});

test("Ingest commits fewer events together where many subscriptions want each", async () => {
  const names = Array.from({ length: 32 }, (_, index) => `mail-${index}`);
  let match = wants(...names);
  const { call, commits } = makeIngest({ match: () => match });
  const events = Array.from({ length: 100 }, () => makeEvent());
  call.say(events);
  await call.answered(100);
  commits.length = 0;
  call.say(events);
  await call.answered(200);
  expect(commits.map(({ length }) => length)).toEqual([32, 32, 32, 4]);
  match = wants();
  call.say(events);
  await call.answered(300);
  commits.length = 0;
  call.say(events);
  await call.answered(400);
  expect(commits.map(({ length }) => length)).toEqual([100]);
});

test("Ingest lets captures gather while a commit is under way, unless they fill one of their own", async () => {
  const held: (() => void)[] = [];
  const { call, commits } = makeIngest({
    commit(captures) {
      const stored = captures.map(({ event }) => {
        return { eventId: event.id, duplicate: false, deliveries: [] };
      });
      return new Promise((resolve) => held.push(() => resolve(stored)));
    },
  });
  const say = (count: number) => call.say(Array.from({ length: count }, () => makeEvent()));
  const sizes = () => commits.map(({ length }) => length);
  say(1);
  await waitFor(() => commits.length === 1, { what: "the first commit" });
  say(2);
  await nextTurn();
  say(3);
  await nextTurn();
  expect(sizes()).toEqual([1]);
  held.shift()?.();
  await waitFor(() => commits.length === 2, { what: "what has gathered" });
  expect(sizes()).toEqual([1, 5]);
  say(256);
  await waitFor(() => commits.length === 3, { what: "a full commit beside it" });
  say(256);
  await nextTurn();
  expect(sizes()).toEqual([1, 5, 256]);
  for (const release of held.splice(0)) release();
  await waitFor(() => commits.length === 4, { what: "the last commit" });
  held.shift()?.();
  await call.answered(518);
});

test("Ingest divides a batch that was too much at once, and refuses only the capture that cannot be stored", async () => {
  const events = Array.from({ length: 256 }, () => makeEvent());
  const blocked = events[100]?.id;
  const { call, commits } = makeIngest({
    commit(captures) {
      if (captures.some(({ event }) => event.id === blocked)) {
        throw new TooMuchAtOnceError("Cannot store events: other writes were faster");
      }
      return captures.map(({ event }) => ({ eventId: event.id, duplicate: false, deliveries: [] }));
    },
  });
  call.say(events);
  await call.answered(256);
  const refused = call.answers.filter(({ outcome }) => outcome === "CAPTURE_OUTCOME_UNAVAILABLE");
  expect(refused).toEqual([expect.objectContaining({ number: 100, reason: "store" })]);
  expect(new Set(call.answers.map(({ number }) => number)).size).toBe(256);
  const lengths = commits.map(({ length }) => length).sort((a, b) => b - a);
  expect(lengths).toEqual([256, ...Array(8).fill(32), ...Array(8).fill(4), ...Array(4).fill(1)]);
});

test("Ingest commits others while one keeps losing to another dispatcher, and stops when it has ended", async () => {
  const held = Promise.withResolvers<void>();
  const blocked = makeEvent();
  const { ingest, call } = makeIngest({
    async commit(captures, { losing }) {
      if (captures.some(({ event }) => event.id === blocked.id)) {
        losing?.();
        await held.promise;
      }
      return captures.map(({ event }) => ({ eventId: event.id, duplicate: false, deliveries: [] }));
    },
  });
  call.say([blocked]);
  await nextTurn();
  for (let answered = 1; answered < 5; answered += 1) {
    call.say([makeEvent()]);
    await call.answered(answered);
  }
  let stopped = false;
  const stopping = ingest.stop().then(() => {
    stopped = true;
  });
  await nextTurn();
  expect(stopped).toBe(false);
  held.resolve();
  await stopping;
  expect(call.answers.filter(({ outcome }) => outcome === "CAPTURE_OUTCOME_STORED")).toHaveLength(
    5,
  );
});

test("Ingest lets only a few commits lose beside each other", async () => {
  const held = Promise.withResolvers<void>();
  const { call, commits } = makeIngest({
    async commit(captures, { losing }) {
      losing?.();
      // Said again for each of its parts.
      losing?.();
      await held.promise;
      return captures.map(({ event }) => ({ eventId: event.id, duplicate: false, deliveries: [] }));
    },
  });
  for (let batch = 0; batch < 20; batch += 1) {
    call.say([makeEvent()]);
    await nextTurn();
  }
  // The ninth has a place as any other commit does.
  expect(commits).toHaveLength(9);
  held.resolve();
  await call.answered(20);
});

test("Ingest refuses, and stores nothing, while the disk is below its reserve, and recovers", async () => {
  const { ingest, call, commits } = makeIngest({});
  ingest.diskHasRoom = false;
  call.say([makeEvent()]);
  await call.answered(1);
  expect(call.answers[0]).toMatchObject({
    outcome: "CAPTURE_OUTCOME_UNAVAILABLE",
    reason: "disk_reserve",
  });
  expect(commits).toEqual([]);
  ingest.diskHasRoom = true;
  call.say([makeEvent()]);
  await call.answered(2);
  expect(call.answers[1]).toMatchObject({ outcome: "CAPTURE_OUTCOME_STORED" });
});

test("Ingest refuses events of a source that only their edge knows, and stores the others beside them", async () => {
  const { call, commits } = makeIngest({ knows: (source) => source === "shop" });
  const known = makeEvent({ source: "shop" });
  call.say([makeEvent({ source: "new" }), known]);
  await call.answered(2);
  expect(call.answers.toSorted((a, b) => a.number - b.number)).toMatchObject([
    { outcome: "CAPTURE_OUTCOME_UNAVAILABLE", reason: "unknown_source" },
    { outcome: "CAPTURE_OUTCOME_STORED", eventId: known.id },
  ]);
  expect(commits.flat().map(({ event }) => event.id)).toEqual([known.id]);
});

test("Ingest answers unavailable, and gives the slots back, where the commit failed", async () => {
  const { call, slots } = makeIngest({
    commit: () => {
      throw new StoreUnavailableError("gone");
    },
    match: () => wants("one"),
  });
  call.say([makeEvent()]);
  await call.answered(1);
  expect(call.answers[0]).toMatchObject({
    outcome: "CAPTURE_OUTCOME_UNAVAILABLE",
    reason: "store",
  });
  expect(slots).toEqual(["reserve one", "release one", "forget answered=false"]);
});

test("Ingest logs one commit that failed in a second, and how many it did not", async () => {
  let now = 0;
  const lines: object[] = [];
  const error = jest.spyOn(log, "error").mockImplementation(((fields: object) => {
    lines.push(fields);
  }) as typeof log.error);
  const { call } = makeIngest({
    commit: () => {
      throw new StoreUnavailableError("gone");
    },
    monotonic: () => now,
  });
  for (let answers = 1; answers <= 5; answers += 1) {
    if (answers === 5) now += 1_000;
    call.say([makeEvent()]);
    await call.answered(answers);
  }
  error.mockRestore();
  expect(lines).toMatchObject([{ events: 1 }, { events: 1, omitted: 3 }]);
});

test("Ingest commits nothing more after a commit reached the disk's reserve, until there is room", async () => {
  let isFull = true;
  const { ingest, call, commits } = makeIngest({
    commit: (captures) => {
      if (isFull) throw new DiskReserveError("Cannot store events: the disk is below its reserve");
      return captures.map(({ event }) => ({ eventId: event.id, duplicate: false, deliveries: [] }));
    },
  });
  call.say([makeEvent()]);
  await call.answered(1);
  call.say([makeEvent()]);
  await call.answered(2);
  expect(call.answers.map(({ reason }) => reason)).toEqual(["disk_reserve", "disk_reserve"]);
  expect(commits).toHaveLength(1);
  isFull = false;
  ingest.diskHasRoom = true;
  call.say([makeEvent()]);
  await call.answered(3);
  expect(call.answers[2]).toMatchObject({ outcome: "CAPTURE_OUTCOME_STORED" });
});

test("Ingest matches again where the set of subscriptions changed under the commit", async () => {
  let revision = 1;
  const { call, commits } = makeIngest({
    commit: (captures) =>
      revision === 1
        ? null
        : captures.map(({ event }) => ({ eventId: event.id, duplicate: false, deliveries: [] })),
    match: () => ({ ...wants(`of revision ${revision}`), revision }),
    refresh: async () => {
      revision = 2;
    },
  });
  call.say([makeEvent()]);
  await call.answered(1);
  const names = commits.map(([capture]) => capture?.deliveries[0]?.subscription);
  expect(names).toEqual(["of revision 1", "of revision 2"]);
});

test("Ingest gives a duplicate's slot back, and says which event was first", async () => {
  const { call, slots } = makeIngest({
    commit: () => [{ eventId: "evt_first", duplicate: true, deliveries: [] }],
    match: () => wants("one"),
  });
  call.say([makeEvent()]);
  await call.answered(1);
  expect(call.answers[0]).toMatchObject({
    outcome: "CAPTURE_OUTCOME_DUPLICATE",
    eventId: "evt_first",
  });
  expect(slots).toEqual(["reserve one", "release one", "forget answered=true"]);
});

test("Ingest runs what is stored running, announces what is due, and gives the slot of what is held back back", async () => {
  const { call, slots, commits } = makeIngest({
    commit: (captures) =>
      captures.map(({ event, deliveries }) => ({
        eventId: event.id,
        duplicate: false,
        deliveries: deliveries.map(({ id, subscription, orderKey }) => ({
          ...sampleClaimed().delivery,
          id,
          eventId: event.id,
          subscription,
          state: subscription === "one" ? "running" : "waiting",
          nextAttemptAt: subscription === "two" ? 1 : null,
          order: orderKey === null ? null : { key: orderKey, position: 2 },
        })),
      })),
    match: () => {
      const wanted = ["one", "two", "three"].map((subscription) => ({
        subscription,
        orderKey: subscription === "three" ? "k" : null,
      }));
      const skipped = [{ subscription: "four", reason: "source" }];
      return { revision: 1, match: () => ({ wanted, skipped }) };
    },
  });
  call.say([makeEvent()]);
  await call.answered(1);
  expect(commits[0]?.[0]?.skipped).toEqual([{ subscription: "four", reason: "source" }]);
  expect(commits[0]?.[0]?.deliveries.map(({ orderKey }) => orderKey)).toEqual([null, null, "k"]);
  expect(slots).toEqual([
    "reserve one",
    "reserve two",
    "reserve three",
    "run one",
    "backlog two",
    "release two",
    "release three",
    "forget answered=true",
  ]);
});

test("Ingest ends a stream that sends more than its window", async () => {
  const { call } = makeIngest({});
  call.say(Array.from({ length: 4_097 }, () => makeEvent()));
  expect(call.failed).toMatchObject({ code: "RESOURCE_EXHAUSTED" });
});

test.each([
  ["without an id", { id: "" }],
  ["with a foreign id", { id: "dlv_01a20b7e272f740ab8b0d86208315608" }],
  ["without a digest", { bodySha256: new Uint8Array(0) }],
])("Ingest ends a stream that sends an event %s", (_, fields) => {
  const { call, commits } = makeIngest({});
  call.say([makeEvent(fields)]);
  expect(call.failed).toMatchObject({ code: "INVALID_ARGUMENT" });
  expect(commits).toEqual([]);
});

test("stop() answers what waits, refuses what comes later, and ends the streams", async () => {
  const { ingest, call } = makeIngest({});
  call.say([makeEvent()]);
  await ingest.stop();
  expect(call.answers).toMatchObject([{ outcome: "CAPTURE_OUTCOME_STORED" }]);
  expect(call.ended).toBe(true);
  call.say([makeEvent()]);
  expect(call.answers[1]).toMatchObject({ reason: "shutting_down" });
});

test("Ingest answers what an edge sent before it finished, then ends the stream", async () => {
  const { call } = makeIngest({});
  call.say([makeEvent()]);
  call.finish();
  await call.answered(1);
  expect(call.ended).toBe(true);
});

test.each<[string, (call: FakeCall) => void]>([
  ["is malformed", (call) => call.say([makeEvent(), makeEvent({ id: "" })])],
  ["overruns the window", (call) => call.say(Array.from({ length: 4_097 }, () => makeEvent()))],
])(
  "what an edge sent before its stream failed is stored where a later capture %s",
  async (_, say) => {
    const { ingest, call, commits } = makeIngest({});
    say(call);
    expect(call.failed).not.toBeNull();
    await ingest.stop();
    expect(commits.flat().length).toBeGreaterThan(0);
  },
);

test("Ingest gives up what its edge does not wait for any more, and says so", async () => {
  let now = 0;
  const { call, commits } = makeIngest({ monotonic: () => now });
  call.say([makeEvent()], 100);
  now = 100;
  await call.answered(1);
  expect(call.answers).toMatchObject([
    { number: 0, outcome: "CAPTURE_OUTCOME_UNAVAILABLE", reason: "given_up" },
  ]);
  call.say([makeEvent()], 100);
  now = 199;
  call.say([makeEvent()]);
  await call.answered(3);
  expect(commits.map(({ length }) => length)).toEqual([2]);
});

test("Ingest gives up what an edge sent whose connection broke, and stores what others sent", async () => {
  const { ingest, call, commits } = makeIngest({});
  const other = new FakeCall();
  ingest.capture(other);
  call.say([makeEvent()]);
  other.say([makeEvent()]);
  call.breakOff();
  await other.answered(1);
  await ingest.stop();
  expect(commits.map(({ length }) => length)).toEqual([1]);
});

test("Ingest stops although nobody waits for what is in its queue", async () => {
  const { ingest, call, commits } = makeIngest({});
  call.say([makeEvent()]);
  call.breakOff();
  await ingest.stop();
  expect(commits).toEqual([]);
});

test("Ingest knows that commits fail until one succeeds, and no longer than a moment", async () => {
  let now = 0;
  let broken = true;
  const { ingest, call } = makeIngest({
    monotonic: () => now,
    commit(captures) {
      if (broken) throw new StoreUnavailableError("Cannot store events: damaged");
      return captures.map(({ event }) => ({ eventId: event.id, duplicate: false, deliveries: [] }));
    },
  });
  expect(ingest.problem).toBeNull();
  call.say([makeEvent()]);
  await call.answered(1);
  expect(ingest.problem).toBe("Cannot store events: damaged");
  now = 15_001;
  expect(ingest.problem).toBeNull();
  call.say([makeEvent()]);
  await call.answered(2);
  expect(ingest.problem).not.toBeNull();
  broken = false;
  call.say([makeEvent()]);
  await call.answered(3);
  expect(ingest.problem).toBeNull();
});

test("announce() tells every edge what is wrong, also one that comes later, and when it is over", () => {
  const { ingest, call } = makeIngest({});
  ingest.announce("the disk is below its reserve");
  ingest.announce("the disk is below its reserve");
  const later = new FakeCall();
  ingest.capture(later);
  ingest.announce("");
  expect(call.problems).toEqual(["", "the disk is below its reserve", ""]);
  expect(later.problems).toEqual(["the disk is below its reserve", ""]);
});

test("a stream that has failed is neither answered nor read any more", async () => {
  const { ingest, call, commits } = makeIngest({});
  call.say([makeEvent({ id: "" })]);
  call.say([makeEvent()]);
  await ingest.stop();
  expect(call.answers).toEqual([]);
  expect(commits).toEqual([]);
});

test("stop() ends where an answer cannot be sent", async () => {
  const { ingest, call } = makeIngest({});
  call.say([makeEvent()]);
  call.send = () => {
    throw new TypeError("the message cannot be written");
  };
  await ingest.stop();
});
