import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { eventGrid } from "./event_grid.ts";

checkProvider(eventGrid);

test("event_grid answers the validation of a subscription with its code", () => {
  // https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
  const code = "512d38b6-c7b8-40c8-89fe-f46f9e9622b6";
  const request = eventGrid.handshake?.sample(code, { url: "https://hooks.example.com/?code=x" });
  const answer =
    request && eventGrid.handshake?.answer(incoming(request, NOW), { secrets: [], settings: {} });
  expect(answer).toMatchObject({ status: 200, body: `{"validationResponse":"${code}"}` });
});

test("event_grid takes a notification that only looks like a validation for an event", () => {
  const request = eventGrid.handshake?.sample("code", { url: "https://hooks.example.com/" });
  if (!request) throw new TypeError("Cannot test: there is no handshake");
  const headers = { ...request.headers, "aeg-event-type": "Notification" };
  const seen = incoming({ ...request, headers }, NOW);
  expect(eventGrid.handshake?.answer(seen, { secrets: [], settings: {} })).toBeNull();
});

test("event_grid reads the id of a single event only, and names a mixed batch", () => {
  const read = (...events: object[]) => {
    const body = Buffer.from(JSON.stringify(events));
    return describeEvent(eventGrid, incoming({ ...sampleRequest(eventGrid), body }, NOW));
  };
  const [a, b] = [
    { id: "1", eventType: "a" },
    { id: "2", eventType: "b" },
  ];
  expect(read(a)).toMatchObject({ type: "a", providerEventId: "1" });
  expect(read(a, a)).toMatchObject({ type: "a", providerEventId: "" });
  expect(read(a, b)).toMatchObject({ type: "mixed" });
  expect(read()).toMatchObject({ type: "unknown", readable: false });
});
