import { parseHeaderBlock } from "@hookgate/providers";
import type { ListEventsRequest } from "@hookgate/rpc";
import { makeEvent } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { endedDelivery } from "../replay/suite/fake_replay_store.ts";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import type { EventDetail, EventQuery } from "../store/contract/events.ts";
import { exampleSource } from "../suite/example_source.ts";
import { eventCalls } from "./event_calls.ts";

const PAGE: ListEventsRequest = {
  source: "",
  type: "",
  state: "DELIVERY_STATE_UNSPECIFIED",
  unhandled: false,
  pageSize: 0,
  pageToken: "",
  subscription: "",
};

function makeCalls(detail: EventDetail | null = null) {
  const queries: EventQuery[] = [];
  const calls = eventCalls({
    store: {
      async listEvents(query) {
        queries.push(query);
        const { headers: _, body, ...event } = makeEvent();
        return { events: [{ event, bodyBytes: body.length, deliveries: [] }], cursor: null };
      },
      getEvent: async () => detail,
    },
    sources: () => [exampleSource()],
    subscriptions: () => [storedSubscription("crm")],
  });
  return { calls, queries };
}

test.each<[Partial<ListEventsRequest>, Partial<EventQuery>]>([
  [{}, { limit: 50 }],
  [
    { pageSize: 7, pageToken: "evt_1" },
    { limit: 7, cursor: "evt_1" },
  ],
  [
    { source: "academy", type: "a.b" },
    { limit: 50, source: "academy", type: "a.b" },
  ],
  [{ state: "DELIVERY_STATE_DEAD" }, { limit: 50, state: "dead" }],
  [{ subscription: "crm" }, { limit: 50, subscription: "crm" }],
  [
    { fromMs: 0, toMs: 5 },
    { limit: 50, from: 0, to: 5 },
  ],
  [
    { unhandled: true, fromMs: 5 },
    { limit: 50, unhandled: true, from: 5 },
  ],
])("listEvents() with %j asks the store for %j", async (request, query) => {
  const { calls, queries } = makeCalls();
  const { events } = await calls.listEvents({ ...PAGE, ...request });
  expect(queries).toEqual([query]);
  expect(events[0]?.event?.body).toHaveLength(0);
});

test.each<[Partial<ListEventsRequest>, string]>([
  [{ unhandled: true, state: "DELIVERY_STATE_DEAD" }, "state and unhandled cannot be combined"],
  [{ unhandled: true, subscription: "crm" }, "subscription and unhandled cannot be combined"],
  [{ fromMs: 5, toMs: 5 }, "from_ms must be before to_ms"],
  [{ pageSize: 1_001 }, "page_size must be 1 to 1000"],
])("listEvents() with %j is INVALID_ARGUMENT", async (request, message) => {
  const listed = makeCalls().calls.listEvents({ ...PAGE, ...request });
  await expect(listed).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message });
});

test("listEvents() notes a name that is not known, once", async () => {
  const { calls } = makeCalls();
  const request = { ...PAGE, subscription: "cmr" };
  const { notes } = await calls.listEvents(request);
  expect(notes).toEqual(['no subscription is called "cmr" now: did you mean crm?']);
  expect((await calls.listEvents({ ...request, pageToken: "evt_1" })).notes).toEqual([]);
});

test("getEvent() gives the event with what became of it and who was skipped, without credentials", async () => {
  const event = makeEvent({ headers: Buffer.from("authorization: Basic eA==\r\na: b\r\n") });
  const response = { status: 503, body: "later" };
  const attempt = {
    number: 1,
    startedAt: 1,
    durationMs: 2,
    outcome: "failed",
    error: "no",
  } as const;
  const delivery = endedDelivery({ eventId: event.id, attempts: [{ ...attempt, response }] });
  const skipped = [{ subscription: "crm", reason: "paused: backlog" }];
  const { calls } = makeCalls({ event, deliveries: [delivery], skipped });
  const got = await calls.getEvent({ id: event.id });
  expect(got.skipped).toEqual(skipped);
  expect(got.deliveries).toMatchObject([{ id: delivery.id, attempts: [{ response }] }]);
  expect(Buffer.from(got.event?.body ?? [])).toEqual(Buffer.from(event.body));
  expect(parseHeaderBlock(got.event?.headers ?? new Uint8Array())).toEqual([["a", "b"]]);
});

test("getEvent() of none is NOT_FOUND", async () => {
  const got = makeCalls().calls.getEvent({ id: "evt_1" });
  await expect(got).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: "there is no event evt_1",
  });
});
