import { fromBase64, headersOf, textOf } from "./bytes.ts";
import { quote } from "./commands.ts";
import type { StoredEvent } from "./wire.ts";

/** Headers that a client makes itself. */
const OWN_HEADERS =
  /^(?:host|content-length|connection|transfer-encoding|expect|accept-encoding)$/i;

/** The request as a line for a shell, to `url`. Credentials are not kept, so an edge asks for a new signature. */
export function asCurl(event: StoredEvent, { url }: { url: string }): string {
  const headers = headersOf(event.headers)
    .filter(([name]) => !OWN_HEADERS.test(name))
    .map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
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
  return redactedJson(event) ?? "redacted";
}

/** Undefined if the body is no JSON. */
function redactedJson({ body }: StoredEvent): unknown {
  try {
    return redact(JSON.parse(textOf(fromBase64(body)) ?? ""));
  } catch {
    return undefined;
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

/** A test of the handler of a file, beside it, with such an event. What others have sent stands in it as JSON only. */
export function asHandlerTest(event: StoredEvent, { file }: { file: string }): string {
  const { source, provider, type, receivedAtMs } = event;
  const content = redactedJson(event);
  // As the gateway reads it: a generic body has the data in a member, any other is the data.
  const data = provider === "generic" ? (content as { data?: unknown } | undefined)?.data : content;
  const receivedAt = new Date(receivedAtMs).toISOString();
  const json = (value: unknown) => JSON.stringify(value) ?? "undefined";
  return `import { test } from "node:test";
import { handle } from ${json(`./${file.split(/[\\/]/).at(-1)}`)};

test(${json(`handle() takes a ${type}`)}, async () => {
  const event = {
    id: "evt_${"0".repeat(32)}",
    source: ${json(source)},
    provider: ${json(provider)},
    type: ${json(type)},
    timestamp: ${json(receivedAt)},
    receivedAt: new Date(${json(receivedAt)}),
    headers: {},
    flags: [],
    data: ${json(data)},
    body: new TextEncoder().encode(${json(json(content ?? "redacted"))}),
  };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const { signal } = new AbortController();
  await handle(event, { deliveryId: "dlv_${"0".repeat(32)}", attempt: 1, signal, log });
});
`;
}
