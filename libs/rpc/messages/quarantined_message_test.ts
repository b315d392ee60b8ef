import { QUARANTINE_REASONS } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { ReportRequest } from "../generated/messages.ts";
import { exampleQuarantined } from "../suite/example_messages.ts";
import { INGEST_SERVICE, methodDefinition } from "../transport/services.ts";
import { quarantinedFromMessage, quarantinedToMessage } from "./quarantined_message.ts";

const { requestSerialize, requestDeserialize } = methodDefinition(INGEST_SERVICE, "Report");

/** What arrives of the first of some refused requests that were reported together, as a message. */
function report(...requests: ReturnType<typeof exampleQuarantined>[]) {
  const sent = requestSerialize({ refused: requests.map(quarantinedToMessage) });
  const [message] = (requestDeserialize(sent) as ReportRequest).refused;
  if (!message) throw new Error("no request arrived");
  return message;
}

test.each([
  ["every field set", exampleQuarantined()],
  ["no release and no diagnosis", exampleQuarantined({ releasedAs: null, diagnosis: [] })],
  ["no bytes", exampleQuarantined({ body: new Uint8Array(0), headers: Buffer.alloc(0) })],
  ["text beyond ASCII", exampleQuarantined({ url: "https://école/日本 😀", source: "école/日本" })],
  ["a body of a megabyte", exampleQuarantined({ body: new Uint8Array(1024 * 1024).fill(0xa5) })],
  ...QUARANTINE_REASONS.map((reason) => [reason, exampleQuarantined({ reason })] as const),
])("a refused request with %s arrives as it was sent", (_what, request) => {
  const message = report(request);
  expect(message.bodyBytes).toBe(request.body.length);
  expect(quarantinedFromMessage(message)).toEqual({
    ...request,
    headers: Buffer.from(request.headers),
    body: Buffer.from(request.body),
  });
});

test("of a refused request that is kept encrypted only that arrives", () => {
  const request = exampleQuarantined({ body: Buffer.of(), sealed: Buffer.from("bytes") });
  expect(quarantinedFromMessage(report(request)).sealed).toHaveLength(0);
});

test("quarantinedFromMessage() keeps no memory of the message", () => {
  const message = report(
    exampleQuarantined(),
    exampleQuarantined({ body: new Uint8Array(100_000) }),
  );
  const request = quarantinedFromMessage(message);
  expect(message.body.buffer.byteLength).toBeGreaterThan(64 * 1024);
  for (const bytes of ["headers", "body"] as const) {
    expect(request[bytes].buffer.byteLength).toBeLessThanOrEqual(64 * 1024);
  }
  message.body.fill(0);
  expect(request.body).toEqual(Buffer.from(exampleQuarantined().body));
});

test.each(["", "later", "constructor"])("a reason %j is refused by name", (reason) => {
  const message = { ...quarantinedToMessage(exampleQuarantined()), reason };
  expect(() => quarantinedFromMessage(message)).toThrow(
    expect.objectContaining({
      code: "INVALID_ARGUMENT",
      message: `Cannot read a refused request: its reason "${reason}" is not known here`,
    }),
  );
});
