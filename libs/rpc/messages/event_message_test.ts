import { expect, test } from "@jest/globals";
import type { CaptureRequest } from "../generated/messages.ts";
import { exampleEvent } from "../suite/example_messages.ts";
import { INGEST_SERVICE, methodDefinition } from "../transport/services.ts";
import { captureFromMessage, captureToMessage } from "./capture_message.ts";
import { eventFromMessage, eventToMessage } from "./event_message.ts";

const { requestSerialize, requestDeserialize } = methodDefinition(INGEST_SERVICE, "Capture");

/** What arrives of an event that was sent, as the message that carries it. */
function sendEvents(...events: ReturnType<typeof exampleEvent>[]): CaptureRequest {
  const captures = events.map((event, at) =>
    captureToMessage(at + 1, { ...event, dedupe: "id", bodyWindowMs: 0 }),
  );
  return requestDeserialize(requestSerialize({ captures })) as CaptureRequest;
}

function arrived(request: CaptureRequest, at = 0) {
  const message = request.captures[at]?.event;
  if (!message) throw new Error("no event arrived");
  return eventFromMessage(message);
}

test.each([
  ["every field set", exampleEvent()],
  [
    "no bytes and no flags",
    exampleEvent({ body: new Uint8Array(0), headers: Buffer.alloc(0), flags: [] }),
  ],
  ["empty texts", exampleEvent({ providerEventId: "", secretId: "", address: "", type: "" })],
  [
    "what was protected",
    exampleEvent({
      flags: ["protected"],
      protection: { done: ["masked /a", "encrypted header b"], sealed: new Uint8Array(0) },
    }),
  ],
  ["text beyond ASCII", exampleEvent({ type: "paiement.réussi 😀", source: "école/日本" })],
  ["a body of a megabyte", exampleEvent({ body: new Uint8Array(1024 * 1024).fill(0xa5) })],
  ["the largest time", exampleEvent({ receivedAt: 8_640_000_000_000_000 })],
])("an event with %s arrives as it was sent", (_what, event) => {
  expect(arrived(sendEvents(event))).toEqual({
    ...event,
    headers: Buffer.from(event.headers),
    body: Buffer.from(event.body),
    bodySha256: Buffer.from(event.bodySha256),
  });
});

test("eventFromMessage() keeps no memory of the message", () => {
  const request = sendEvents(exampleEvent(), exampleEvent({ body: new Uint8Array(100_000) }));
  const message = request.captures[0]?.event;
  const event = arrived(request);
  for (const bytes of ["headers", "body", "bodySha256"] as const) {
    expect(event[bytes].buffer).not.toBe(message?.[bytes].buffer);
    expect(event[bytes].buffer.byteLength).toBeLessThanOrEqual(64 * 1024);
  }
  message?.body.fill(0);
  expect(event.body).toEqual(Buffer.from(exampleEvent().body));
});

test("eventToMessage() shares the bytes of the event, and takes a view of a larger buffer", () => {
  const large = Buffer.from("before the body after");
  const event = exampleEvent({ body: large.subarray(7, 15) });
  expect(eventToMessage(event).body).toBe(event.body);
  expect(Buffer.from(arrived(sendEvents(event)).body).toString()).toBe("the body");
});

test("eventFromMessage() leaves out flags that are not known", () => {
  const message = { ...eventToMessage(exampleEvent()), flags: ["later", "unreadable"] };
  expect(eventFromMessage(message).flags).toEqual(["unreadable"]);
});

test("what is encrypted of an event does not leave the dispatcher, and an edge cannot claim it", () => {
  const sealed = Buffer.from("encrypted bytes");
  const request = sendEvents(exampleEvent({ protection: { done: ["masked /a"], sealed } }));
  expect(arrived(request).protection).toEqual({ done: ["masked /a"], sealed: new Uint8Array(0) });
  const [capture] = request.captures;
  if (capture === undefined) throw new Error("no capture arrived");
  expect(captureFromMessage(capture)).not.toHaveProperty("protection");
});
