import { type Form, fieldBytes, fieldText, readForm, startsAsJson } from "./form.ts";
import type { ReceivedEvent } from "./received_event.ts";

/** This provider's bodies are the specification's `WebhookEvent`; for all others the whole body is the data. */
const SPECIFICATION_PROVIDER = "generic";

/** The content of an event's body. */
export interface EventContent {
  /** When it happened according to the provider; undefined if the body does not say. */
  timestamp?: string;
  /** Undefined if the body is neither JSON nor a form, or the type is unknown. */
  data?: unknown;
}

/** What {@linkcode eventContent} reads. */
export interface ContentSource extends Pick<ReceivedEvent, "provider" | "type" | "body"> {
  /** The value of its header; empty if it has none. @default {""} */
  contentType?: string;
}

/** Reads the content that a handler or subscriber gets from an event's verified body. */
export function eventContent({
  provider,
  type,
  body,
  contentType = "",
}: ContentSource): EventContent {
  if (type === "unknown") return {};
  const content = bodyContent(() => contentType, body);
  const parsed = "form" in content ? formData(content.form) : parse(content.json);
  if (provider !== SPECIFICATION_PROVIDER) return { data: parsed };
  if (typeof parsed !== "object" || parsed === null) return {};
  const { timestamp, data } = parsed as Record<string, unknown>;
  return { data, ...(typeof timestamp === "string" && { timestamp }) };
}

/** A JSON Web Token: three parts in base64url, of which the first begins as a JSON object does. */
const TOKEN = /^eyJ[\w-]+\.([\w-]+)\.[\w-]+$/;

/** What a body has: JSON, or what is to be read as JSON, or the fields of a form. */
export type BodyContent = { json: Uint8Array } | { form: Form };

/**
 * The content of a body. A form with a single field that has a JSON object or array, such as `payload` of GitHub and Slack,
 * is that JSON. So is a body that starts as JSON whatever its content type: not every sender sets it. A body that is a token
 * is its claims. `contentType` is called only if it matters.
 */
export function bodyContent(contentType: () => string, body: Uint8Array): BodyContent {
  if (startsAsJson(body)) return { json: body };
  const form = readForm(contentType(), body);
  if (form === null) return { json: tokenClaims(body) ?? body };
  const [only, ...others] = form;
  if (only === undefined || only.file !== null || others.length > 0) return { form };
  const value = fieldBytes(only);
  return startsAsJson(value) ? { json: value } : { form };
}

function tokenClaims(body: Uint8Array): Uint8Array | null {
  // Looks at the beginning first: a body that is no token may be large.
  if (body[0] !== 0x65 || body[1] !== 0x79 || body[2] !== 0x4a) return null;
  const { buffer, byteOffset, length } = body;
  const [, claims] = TOKEN.exec(Buffer.from(buffer, byteOffset, length).toString("latin1")) ?? [];
  return claims === undefined ? null : Buffer.from(claims, "base64url");
}

/** The fields by name; a repeated one is a list. Of a file only its name and size: its bytes are in the body. */
function formData(form: Form): Record<string, unknown> {
  const byName = new Map<string, unknown[]>();
  for (const field of form) {
    const { name, file, sent } = field;
    const value = file === null ? fieldText(field) : { ...file, bytes: sent.length };
    const before = byName.get(name);
    if (before === undefined) byName.set(name, [value]);
    else before.push(value);
  }
  const members = [...byName].map(([name, values]) => [
    name,
    values.length > 1 ? values : values[0],
  ]);
  // Own members only, even for a field named __proto__.
  return Object.fromEntries(members);
}

/**
 * Adds what is read from an event's body. It is read once somebody looks at it: parsing a large body takes long, and many
 * handlers need its bytes only.
 */
export function addContent<Event extends object>(
  event: Event,
  source: ContentSource & { receivedAt: Date },
): Event & { timestamp: string; data: unknown } {
  Object.defineProperty(event, UNREAD, { value: { source, content: null } satisfies Unread });
  return Object.defineProperties(event as Event & { timestamp: string; data: unknown }, CONTENT);
}

/** What an event's content is read from, and the content once it was read. */
interface Unread {
  source: ContentSource & { receivedAt: Date };
  content: EventContent | null;
}

const UNREAD = Symbol("unread content");

/** The accessors of all events. With accessors of its own, each event would be of a hidden class of its own, which V8 keeps for long. */
const CONTENT: PropertyDescriptorMap = {
  timestamp: lazily("timestamp", (unread) => {
    return contentOf(unread).timestamp ?? unread.source.receivedAt.toISOString();
  }),
  data: lazily("data", (unread) => contentOf(unread).data),
};

function lazily(name: string, read: (unread: Unread) => unknown): PropertyDescriptor {
  return {
    get(this: { [UNREAD]: Unread }) {
      return read(this[UNREAD]);
    },
    set(value: unknown) {
      Object.defineProperty(this, name, { value, writable: true });
    },
    enumerable: true,
    configurable: true,
  };
}

function contentOf(unread: Unread): EventContent {
  unread.content ??= eventContent(unread.source);
  return unread.content;
}

/** Parses leniently: drops a byte order mark, replaces invalid UTF-8. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
