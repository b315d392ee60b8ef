import type { BidiCallbacks, OpenSubscriptionMessage, SubscribeRequest } from "@hookgate/rpc";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { OpeningStream } from "./opening_stream.ts";
import { FakeStream } from "./suite/fake_stream.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const OPEN: OpenSubscriptionMessage = {
  subscription: "crm",
  types: [],
  sources: [],
  startPosition: "START_POSITION_NOW",
  startTimeMs: 0,
  outstandingEventsMax: 0,
  outstandingBytesMax: 0,
  change: false,
};

/** Serves the stream from then on, and records what it receives. */
function receiver(): BidiCallbacks<SubscribeRequest> & { told: unknown[] } {
  const told: unknown[] = [];
  return {
    told,
    message: (message) => void told.push(message),
    end: () => void told.push("end"),
    error: ({ code }) => void told.push(code),
  };
}

test("the first message opens, and what comes later is for who serves", async () => {
  const stream = new FakeStream();
  const opening = new OpeningStream(stream);
  stream.say({ open: OPEN });
  expect(await opening.first).toEqual(OPEN);
  stream.say({ ackIds: ["passed over"] });
  const served = receiver();
  opening.passOn(() => served);
  stream.say({ ackIds: ["1"] });
  stream.finish();
  expect(served.told).toEqual([expect.objectContaining({ ackIds: ["1"] }), "end"]);
});

test("what a client said before it was served is not forgotten", async () => {
  const stream = new FakeStream();
  const opening = new OpeningStream(stream);
  stream.say({ open: OPEN });
  stream.say({ drain: true });
  stream.finish();
  const served = receiver();
  opening.passOn(() => served);
  expect(served.told).toEqual([expect.objectContaining({ drain: true }), "end"]);
});

test.each<[string, (stream: FakeStream) => void]>([
  ["a first message that opens nothing", (stream) => stream.say({ ackIds: ["1"] })],
  ["a client that only closes", (stream) => stream.finish()],
  ["a client that says nothing", () => jest.advanceTimersByTime(10_001)],
])("%s opens nothing", async (_what, play) => {
  const stream = new FakeStream();
  const opening = new OpeningStream(stream);
  play(stream);
  expect(await opening.first).toBeNull();
});

test("a stream that breaks before rejects", async () => {
  const stream = new FakeStream();
  const opening = new OpeningStream(stream);
  stream.lose();
  await expect(opening.first).rejects.toMatchObject({ code: "CANCELLED" });
});

test("a stream that broke meanwhile is not served", async () => {
  const stream = new FakeStream();
  const opening = new OpeningStream(stream);
  stream.say({ open: OPEN });
  await opening.first;
  stream.lose();
  opening.passOn(() => {
    throw new Error("served");
  });
});

test("a second opening breaks the stream", async () => {
  const stream = new FakeStream();
  const opening = new OpeningStream(stream);
  stream.say({ open: OPEN });
  stream.say({ open: OPEN });
  expect(await opening.first).toEqual(OPEN);
  expect(stream.failed).toMatchObject({
    code: "INVALID_ARGUMENT",
    message: "the stream is being opened: a later message cannot open it again",
  });
});
