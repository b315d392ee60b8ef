import { nextTurn } from "@hookgate/async";
import { expect, test } from "@jest/globals";
import type { SubscribeResponse } from "../generated/messages.ts";
import { eventToMessage } from "../messages/event_message.ts";
import { exampleEvent } from "../suite/example_messages.ts";
import { methodDefinition, SUBSCRIPTION_SERVICE } from "./services.ts";

const { responseSerialize, responseDeserialize } = methodDefinition(
  SUBSCRIPTION_SERVICE,
  "Subscribe",
);

test("an event that several subscribers get in one turn is encoded once, and later again", async () => {
  const event = eventToMessage(exampleEvent());
  const typesOf = (...ackIds: string[]) => {
    const part = { deliveryId: "dlv_1", attempt: 1, traceparent: "", tracestate: "" };
    const events = ackIds.map((ackId) => ({ ...part, ackId, event }));
    const bytes = responseSerialize({ opened: null, events, expiredAckIds: [] });
    const read = responseDeserialize(bytes) as SubscribeResponse;
    expect(read.events).toMatchObject(ackIds.map((ackId) => ({ ackId, attempt: 1 })));
    return read.events.map((one) => one.event?.type);
  };
  const { type } = event;
  expect(typesOf("1", "2")).toEqual([type, type]);
  event.type = "changed";
  expect(typesOf("3")).toEqual([type]);
  await nextTurn();
  expect(typesOf("4")).toEqual(["changed"]);
});
