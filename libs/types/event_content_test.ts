import { expect, test } from "@jest/globals";
import { eventContent } from "./event_content.ts";

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
