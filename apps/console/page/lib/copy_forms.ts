import { fromBase64, headersOf, textOf } from "./bytes.ts";
import { quote } from "./commands.ts";
import type { StoredEvent } from "./wire.ts";

/** Headers that a client makes itself. */
const OWN_HEADERS =
  /^(?:host|content-length|connection|transfer-encoding|expect|accept-encoding)$/i;

/** The request as a line for a shell. Credentials are not kept, so an edge asks for a new signature. */
export function asCurl(event: StoredEvent): string {
  const headers = headersOf(event.headers)
    .filter(([name]) => !OWN_HEADERS.test(name))
    .map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const url = `http://localhost:8080/api/webhooks/${event.source}`;
  const text = textOf(fromBase64(event.body));
  // NUL and other bytes that are no text cannot stand in a command line.
  if (text === null || text.includes("\0")) {
    const words = ["curl", url, ...headers, "--data-binary @-"];
    return `printf %s ${event.body} | base64 -d | ${words.join(" ")}`;
  }
  return ["curl", url, ...headers, `--data-binary ${quote(text)}`].join(" ");
}

/** The event as data for a test: the shape of its body, and none of its values. */
export function asFixture(event: StoredEvent): string {
  return JSON.stringify(
    { type: event.type, source: event.source, provider: event.provider, body: redactedBody(event) },
    null,
    2,
  );
}

function redactedBody(event: StoredEvent): unknown {
  try {
    return redact(JSON.parse(textOf(fromBase64(event.body)) ?? ""));
  } catch {
    return "redacted";
  }
}

/** Keeps what tells programs apart: types, lengths of lists, names, and the value of `type`. */
function redact(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(item, name));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, key)]));
  }
  if (typeof value === "string") return name === "type" ? value : "redacted";
  return typeof value === "number" ? 0 : value;
}

/** A test of a handler with such an event. */
export function asHandlerTest(event: StoredEvent): string {
  const body = JSON.stringify(JSON.stringify(redactedBody(event)));
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { handle } from "./${event.type.replaceAll(/[^\w]+/g, "_")}.ts";

test("handle() takes a ${event.type}", async () => {
  const body = new TextEncoder().encode(${body});
  const event = {
    id: "evt_${"0".repeat(32)}",
    source: ${JSON.stringify(event.source)},
    provider: ${JSON.stringify(event.provider)},
    type: ${JSON.stringify(event.type)},
    receivedAt: ${event.receivedAtMs},
    flags: [],
    body,
  };
  assert.equal(await handle(event, { deliveryId: "dlv_${"0".repeat(32)}", attempt: 1 }), undefined);
});
`;
}
