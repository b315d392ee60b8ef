import { formatHeaderBlock } from "@hookgate/providers";
import type { Recipe } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { handlerEvent, readSignature } from "./handler_event.ts";
import type { HostEvent } from "./handler_message.ts";

const SIGNATURE = "ab".repeat(32);

function hostEvent(body: string | Uint8Array, options: Partial<HostEvent> = {}): HostEvent {
  return {
    id: "evt_1",
    source: "academy",
    provider: "generic",
    type: "course.enrolled",
    receivedAt: 1_767_225_600_000,
    flags: ["may_repeat"],
    headers: formatHeaderBlock([
      "X-Webhook-Signature",
      `sha256=${SIGNATURE}`,
      "X-Many",
      "a",
      "x-many",
      "b",
    ]),
    body: Buffer.from(body as string),
    ...options,
  };
}

test("handlerEvent() is the specification's event and ours", () => {
  const body = '{"type":"course.enrolled","timestamp":"2026-01-01T00:00:00Z","data":{"n":1}}';
  const event = handlerEvent(hostEvent(body));
  expect(event).toEqual({
    id: "evt_1",
    type: "course.enrolled",
    timestamp: "2026-01-01T00:00:00Z",
    data: { n: 1 },
    signature: SIGNATURE,
    source: "academy",
    provider: "generic",
    receivedAt: new Date(1_767_225_600_000),
    headers: expect.objectContaining({ "x-many": "a, b" }),
    body: new Uint8Array(Buffer.from(body)),
    flags: ["may_repeat"],
  });
});

const RECEIVED = "2026-01-01T00:00:00.000Z";

test.each<[string, string | Uint8Array, Partial<HostEvent>, unknown, string]>([
  ["no JSON", "not json", {}, undefined, RECEIVED],
  ["nothing", "", {}, undefined, RECEIVED],
  ["half of a JSON text", '{"data":', {}, undefined, RECEIVED],
  ["a JSON text that is no object", "[1]", {}, undefined, RECEIVED],
  ["null", "null", {}, undefined, RECEIVED],
  ["no data", '{"type":"x"}', {}, undefined, RECEIVED],
  ["a timestamp that is no text", '{"timestamp":5,"data":1}', {}, 1, RECEIVED],
  ["an unknown type", '{"data":1}', { type: "unknown" }, undefined, RECEIVED],
  ["a byte order mark", '\ufeff{"data":1,"timestamp":"t"}', {}, 1, "t"],
  ["invalid UTF-8", Buffer.from('{"data":"\xff"}', "latin1"), {}, "\ufffd", RECEIVED],
  ["hostile nesting", `{"data":${"[".repeat(200_000)}`, {}, undefined, RECEIVED],
  ["another provider", '{"data":1}', { provider: "other" }, { data: 1 }, RECEIVED],
])("handlerEvent() with %s", (_name, body, options, data, timestamp) => {
  const event = handlerEvent(hostEvent(body, options));
  expect(event.data).toEqual(data);
  expect(event.timestamp).toBe(timestamp);
});

test("handlerEvent() reads the JSON in a form", () => {
  const headers = formatHeaderBlock(["Content-Type", "application/x-www-form-urlencoded"]);
  const form = "payload=%7B%22action%22%3A%22opened%22%7D";
  const event = handlerEvent(hostEvent(form, { provider: "github", headers }));
  expect(event.data).toEqual({ action: "opened" });
  expect(Buffer.from(event.body).toString()).toBe(form);
});

test("handlerEvent() gives bytes of its own, exactly those received", () => {
  const shared = Buffer.from("secret of another event|\r\n\0\xff|more", "latin1");
  const body = shared.subarray(24, 28);
  const event = handlerEvent(hostEvent("", { body }));
  expect([...event.body]).toEqual([13, 10, 0, 255]);
  expect(event.body.buffer.byteLength).toBe(4);
  event.body[0] = 1;
  expect(shared[24]).toBe(13);
});

test("handlerEvent() of an event without a signature has none", () => {
  const headers = formatHeaderBlock(["X-Plain", "c"]);
  const event = handlerEvent(hostEvent("{}", { headers }));
  expect({ ...event.headers }).toEqual({ "x-plain": "c" });
  expect(event).not.toHaveProperty("signature");
});

test("handlerEvent() takes a signature without prefix", () => {
  const headers = formatHeaderBlock(["x-webhook-signature", SIGNATURE]);
  expect(handlerEvent(hostEvent("{}", { headers })).signature).toBe(SIGNATURE);
});

const HMAC = {
  kind: "hmac",
  scheme: "x",
  signature: { header: "x-signature" },
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
} as const satisfies Recipe;

const HEADERS = {
  "x-signature": " v0=ab ",
  "x-other": "cd",
  "x-signature-1": "ef",
  "content-type": "application/x-www-form-urlencoded",
};

test.each<[string, Recipe, string]>([
  ["in a header", HMAC, "v0=ab"],
  ["after a prefix", { ...HMAC, format: { kind: "plain", prefix: "v0=" } }, "ab"],
  ["without its prefix", { ...HMAC, format: { kind: "plain", prefix: "sha256=" } }, "v0=ab"],
  [
    "in a list, which is returned whole",
    { ...HMAC, format: { kind: "pairs", delimiter: ",", key: "v0" } },
    "v0=ab",
  ],
  [
    "in the second of several places",
    { ...HMAC, signature: [{ header: "x-none" }, { header: "x-other" }] },
    "cd",
  ],
  ["in numbered headers", { ...HMAC, signature: { numbered: "x-signature-", max: 3 } }, "ef"],
  ["in a form", { ...HMAC, signature: { form: "signature" } }, "gh"],
  ["in a body that is not JSON", { ...HMAC, signature: { json: "/signature" } }, ""],
  ["nowhere", { ...HMAC, signature: { header: "constructor" } }, ""],
  [
    "in one of several schemes",
    {
      kind: "any",
      scheme: "any",
      recipes: [{ ...HMAC, signature: { header: "x-none" } }, HMAC],
    },
    "v0=ab",
  ],
  [
    "that is a shared secret",
    { kind: "shared_secret", scheme: "token", from: { header: "x-other" } },
    "",
  ],
  ["that is a password", { kind: "basic", scheme: "basic" }, ""],
])("readSignature() of a signature %s", (_where, recipe, signature) => {
  const headers = Object.assign(Object.create(null), HEADERS);
  const body = Buffer.from("a=1&signature=gh");
  expect(readSignature({ recipe }, { headers, body })).toBe(signature);
});

test("readSignature() looks where an alternative scheme has its signature", () => {
  const recipe = { ...HMAC, signature: { header: "x-none" } };
  const source = { headers: HEADERS, body: new Uint8Array() };
  expect(readSignature({ recipe, alternatives: [HMAC] }, source)).toBe("v0=ab");
});
