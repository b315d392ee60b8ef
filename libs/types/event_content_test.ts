import { expect, test } from "@jest/globals";
import { addContent, eventContent } from "./event_content.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  [
    "the specification's event",
    "generic",
    `{"type":"a","timestamp":"2026-01-02T03:04:05Z","data":{"n":1}}`,
    { timestamp: "2026-01-02T03:04:05Z", data: { n: 1 } },
  ],
  ["one without a time", "generic", `{"type":"a","data":null}`, { data: null }],
  ["one with a number as time", "generic", `{"timestamp":5,"data":1}`, { data: 1 }],
  ["one that is not an object", "generic", "[1]", { data: undefined }],
  ["one that is a string", "generic", `"x"`, {}],
  ["another provider's body", "stripe", `{"data":{"n":1}}`, { data: { data: { n: 1 } } }],
  ["a body that is not JSON", "stripe", "a=b", { data: undefined }],
  ["a body with a byte order mark", "stripe", "\ufeff1", { data: 1 }],
])("eventContent() of %s", (_what, provider, body, content) => {
  expect(eventContent({ provider, type: "a", body: bytes(body) })).toEqual(content);
});

test("eventContent() reads nothing from a body of unknown type", () => {
  expect(eventContent({ provider: "stripe", type: "unknown", body: bytes("{}") })).toEqual({});
});

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=b";

const parts = (...fields: [head: string, value: string][]) =>
  `${fields.map(([head, value]) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`).join("")}--b--`;

test.each([
  ["GitHub's payload", FORM, "payload=%7B%22action%22%3A%22opened%22%7D", { action: "opened" }],
  ["a list in a field", FORM, "mandrill_events=[1]", [1]],
  ["fields", FORM, "a=1&b=x+y&b=2&__proto__=3", { a: "1", b: ["x y", "2"], ["__proto__"]: "3" }],
  ["JSON among other fields", FORM, "a={}&b=1", { a: "{}", b: "1" }],
  ["one field of text", FORM, "a=1", { a: "1" }],
  ["a field that is not JSON after all", FORM, "a={", undefined],
  ["nothing", FORM, "", {}],
  ["JSON with a form's type, as curl sends", FORM, ' {"a":1}', { a: 1 }],
  ["too many fields", FORM, "a&".repeat(10_000), undefined],
  ["JSON in a part", MULTIPART, parts(['name="json"', '{"event":1}']), { event: 1 }],
  [
    "parts and files",
    MULTIPART,
    parts(['name="a"', "1"], ['name="f"; filename="{.txt"', "{}"]),
    { a: "1", f: { name: "{.txt", contentType: "", bytes: 2 } },
  ],
  [
    "only a file",
    MULTIPART,
    parts(['name="f"; filename="x"', "{}"]),
    { f: { name: "x", contentType: "", bytes: 2 } },
  ],
  ["a cut multipart body", MULTIPART, "--b\r\n", undefined],
])("eventContent() of a form: %s", (_what, contentType, body, data) => {
  const event = { provider: "github", type: "a", body: bytes(body), contentType };
  expect(eventContent(event)).toEqual({ data });
});

test("addContent() reads a body once somebody looks at it, and lets it be replaced", () => {
  const receivedAt = new Date(0);
  const body = bytes('{"timestamp":"t","data":{"a":1}}');
  const event = addContent({ id: "1" }, { provider: "generic", type: "a", body, receivedAt });
  expect(Object.getOwnPropertyDescriptor(event, "data")?.get).toBeDefined();
  expect(Object.keys(event).sort()).toEqual(["data", "id", "timestamp"]);
  expect(event).toEqual({ id: "1", timestamp: "t", data: { a: 1 } });
  expect(event.data).toBe(event.data);
  event.data = 2;
  expect({ ...event }).toEqual({ id: "1", timestamp: "t", data: 2 });
  const bare = addContent({}, { provider: "stripe", type: "unknown", body: bytes(""), receivedAt });
  expect(bare).toEqual({ timestamp: "1970-01-01T00:00:00.000Z", data: undefined });
});

test("addContent() gives all events the same accessors, and so the same hidden class", () => {
  const content = { provider: "generic", type: "a", body: bytes("{}"), receivedAt: new Date(0) };
  const [one, other] = [addContent({}, content), addContent({}, content)];
  for (const name of ["data", "timestamp"]) {
    const accessor = Object.getOwnPropertyDescriptor(one, name);
    expect(accessor).toEqual(Object.getOwnPropertyDescriptor(other, name));
    expect(accessor?.get).toBe(Object.getOwnPropertyDescriptor(other, name)?.get);
  }
});
