import { createHash, createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, sign, verify } from "@hookgate/signature";
import { anyText } from "@hookgate/testing/any_text";
import { WEBHOOK_EVENT_TYPES } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { describeEvent } from "../describe_event.ts";
import type { Description } from "../provider.ts";
import { checkProvider } from "../suite/provider_test_kit.ts";
import { generic } from "./generic.ts";

checkProvider(generic);

const SECRET = "correct horse battery staple";
const BODY = Buffer.from('{"type":"payment.success","timestamp":"2026-01-01T00:00:00Z","data":{}}');
const UNKNOWN = {
  type: "unknown",
  providerType: "unknown",
  providerEventId: "",
  readable: false,
  typeAt: { json: "" },
  idAt: { json: "" },
  bodiesDiffer: false,
};
const NOW = Date.parse("2026-01-02T03:04:05Z");

function post(body: Uint8Array, headers: Record<string, string> = {}): OutgoingRequest {
  return { method: "POST", url: "https://example.com/api/webhooks/academy", headers, body };
}

function describe(body: Uint8Array): Description {
  return describeEvent(generic, incoming(post(body), NOW));
}

/** What `describe` says of a body that it can read. */
function readable(type: string, { bodiesDiffer = true } = {}): Description {
  const [typeAt, idAt] = [{ json: "" }, { json: "" }];
  const own = { type, providerType: type, providerEventId: "", readable: true };
  return { ...own, typeAt, idAt, bodiesDiffer };
}

/** Whether a source with this secret lets the headers and body in, headers as Node's parser gives them. */
function accepts(rawHeaders: readonly string[], body: Uint8Array = BODY): boolean {
  const headers = (name: string) =>
    rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
  const request = { ...incoming(post(body), NOW), headers };
  const verdict = verify(generic.recipe, request, { secrets: [{ id: "1", value: SECRET }] });
  if (verdict instanceof Promise) throw new TypeError("HMAC is judged at once");
  return verdict.ok;
}

function mac(algorithm: string, secret: string, body: Uint8Array = BODY): string {
  return createHmac(algorithm, secret).update(body).digest("hex");
}

test.each([
  ["plain", ["X-Webhook-Signature", mac("sha256", SECRET)]],
  ["with sha256=", ["x-webhook-signature", `sha256=${mac("sha256", SECRET)}`]],
  ["beside other headers", ["X-Signature", "no", "X-WEBHOOK-SIGNATURE", mac("sha256", SECRET)]],
])("generic accepts a signature %s", (_, headers) => {
  expect(accepts(headers)).toBe(true);
});

test.each([
  ["invalid UTF-8", [0x7b, 0xff, 0xfe, 0x7d]],
  ["CRLF", [...Buffer.from('{\r\n"type":"a"\r\n}\r\n')]],
  ["a BOM", [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
  ["1e400", [...Buffer.from('{"data":1e400}')]],
  ["duplicate keys", [...Buffer.from('{"type":"a","type":"b"}')]],
  ["nothing", []],
])("generic verifies a body with %s by its bytes, and none with a bit changed", (_, bytes) => {
  const body = Buffer.from(bytes);
  const headers = ["x-webhook-signature", mac("sha256", SECRET, body)];
  expect(accepts(headers, body)).toBe(true);
  for (let bit = 0; bit < body.length * 8; bit += 1)
    expect(accepts(headers, flip(body, bit))).toBe(false);
});

/** The attacks on a signature that goals name: each has to end as 401. */
test.each([
  ["no signature", []],
  ["an empty signature", ["x-webhook-signature", ""]],
  ["the prefix alone", ["x-webhook-signature", "sha256="]],
  ["half a signature", ["x-webhook-signature", mac("sha256", SECRET).slice(0, 32)]],
  ["a signature less one digit", ["x-webhook-signature", mac("sha256", SECRET).slice(0, 63)]],
  ["a signature and one digit", ["x-webhook-signature", `${mac("sha256", SECRET)}0`]],
  ["MD5", ["x-webhook-signature", mac("md5", SECRET)]],
  ["MD5 by name", ["x-webhook-signature", `md5=${mac("md5", SECRET)}`]],
  ["SHA-1", ["x-webhook-signature", mac("sha1", SECRET)]],
  ["SHA-1 by name", ["x-webhook-signature", `sha1=${mac("sha1", SECRET)}`]],
  ["SHA-1 by the name of SHA-256", ["x-webhook-signature", `sha256=${mac("sha1", SECRET)}`]],
  ["SHA-512", ["x-webhook-signature", mac("sha512", SECRET)]],
  ["SHA-512 by name", ["x-webhook-signature", `sha512=${mac("sha512", SECRET)}`]],
  ["SHA-512/256", ["x-webhook-signature", mac("sha512-256", SECRET)]],
  ["SHA3-256", ["x-webhook-signature", mac("sha3-256", SECRET)]],
  [
    "the right digits under another name",
    ["x-webhook-signature", `sha512=${mac("sha256", SECRET)}`],
  ],
  ["a version in place of the prefix", ["x-webhook-signature", `v1=${mac("sha256", SECRET)}`]],
  ["none, as an algorithm", ["x-webhook-signature", "none"]],
  ["an empty secret", ["x-webhook-signature", mac("sha256", "")]],
  ["another secret", ["x-webhook-signature", mac("sha256", "guess")]],
  ["the secret with a space", ["x-webhook-signature", mac("sha256", `${SECRET} `)]],
  [
    "a digest without a secret",
    ["x-webhook-signature", createHash("sha256").update(BODY).digest("hex")],
  ],
  ["the secret itself", ["x-webhook-signature", SECRET]],
  ["another body's signature", ["x-webhook-signature", mac("sha256", SECRET, Buffer.from("{}"))]],
  ["upper-case digits", ["x-webhook-signature", mac("sha256", SECRET).toUpperCase()]],
  ["base64", ["x-webhook-signature", Buffer.from(mac("sha256", SECRET), "hex").toString("base64")]],
  [
    "two values in one header",
    ["x-webhook-signature", `${mac("sha256", SECRET)}, ${mac("sha256", SECRET)}`],
  ],
  [
    "two headers, both right",
    ["X-Webhook-Signature", mac("sha256", SECRET), "x-webhook-signature", mac("sha256", SECRET)],
  ],
  [
    "two headers, the first right",
    ["x-webhook-signature", mac("sha256", SECRET), "x-webhook-signature", "0"],
  ],
  [
    "two headers, the last right",
    ["x-webhook-signature", "0", "x-webhook-signature", mac("sha256", SECRET)],
  ],
  ["another header's name", ["x-hub-signature-256", `sha256=${mac("sha256", SECRET)}`]],
  ["16 KB of digits", ["x-webhook-signature", "0".repeat(16_384)]],
])("generic refuses %s", (_, headers) => {
  expect(accepts(headers)).toBe(false);
});

test("generic refuses every bit of the MAC flipped and every truncation", () => {
  const right = mac("sha256", SECRET);
  for (const prefix of ["", "sha256="]) {
    for (let bit = 0; bit < 256; bit += 1) {
      const digits = flip(Buffer.from(right, "hex"), bit).toString("hex");
      expect(accepts(["x-webhook-signature", prefix + digits])).toBe(false);
    }
    for (let length = 0; length < 64; length += 1) {
      expect(accepts(["x-webhook-signature", prefix + right.slice(0, length)])).toBe(false);
    }
  }
});

test("generic signs what it verifies", () => {
  const { headers } = sign(generic.recipe, post(BODY), { secret: SECRET, now: NOW });
  expect(headers).toEqual({ "x-webhook-signature": `sha256=${mac("sha256", SECRET)}` });
  expect(accepts(Object.entries(headers).flat())).toBe(true);
});

test.each([
  ["the specification's", "payment.success"],
  ["one of the sender's own", "Invoice paid/2026 (€)"],
  ["one character", "a"],
  ["200 characters", "a".repeat(200)],
  ["200 characters that are pairs", "😀".repeat(200)],
  ["a name of Object's", "__proto__"],
])("generic.describe() reads a type: %s", (_, type) => {
  const timestamp = "2026-01-01T00:00:00Z";
  const description = describe(Buffer.from(JSON.stringify({ type, timestamp, data: {} })));
  expect(description).toEqual(readable(type));
});

test.each([
  ["no bytes", ""],
  ["no JSON", "type=payment.success"],
  ["JSON that breaks off", '{"type":"payment.success","data":{'],
  ["an array", '[{"type":"payment.success"}]'],
  ["null", "null"],
  ["no type", '{"data":{}}'],
  ["a type further down", '{"data":{"type":"payment.success"}}'],
  ["a type by inheritance", '{"__proto__":{"type":"payment.success"}}'],
  ["a number", '{"type":1}'],
  ["null for a type", '{"type":null}'],
  ["a list of types", '{"type":["payment.success"]}'],
  ["a type that is taken back", '{"type":"payment.success","type":null}'],
  ["an empty type", '{"type":""}'],
  ["201 characters", JSON.stringify({ type: "a".repeat(201) })],
  ["a megabyte of type", JSON.stringify({ type: "a".repeat(1_000_000) })],
  ["a line break", '{"type":"a\\nlevel=error"}'],
  ["a line break at the end", '{"type":"a\\n"}'],
  ["a terminal's escape", '{"type":"a\\u001b[31m"}'],
  ["NUL", '{"type":"a\\u0000"}'],
  ["DEL", '{"type":"a\u007f"}'],
  ["a C1 control", '{"type":"a\u0085"}'],
  ["a line separator", '{"type":"a\u2028"}'],
  ["a right-to-left override", '{"type":"a\u202e"}'],
  ["a zero-width space", '{"type":"a\u200b"}'],
  ["half of a pair", '{"type":"a\\ud83d"}'],
  ["400 KB of brackets", "[".repeat(400_000)],
  ["deep nesting beside a type", `{"type":"a","data":${"[".repeat(5_000)}${"]".repeat(5_000)}}`],
])("generic.describe() has no type for %s", (_, body) => {
  expect(describe(Buffer.from(body))).toEqual(UNKNOWN);
});

test("generic.describe() reads a type next to invalid UTF-8, 1e400 and a BOM", () => {
  const body = Buffer.concat([
    Buffer.from('\ufeff{"data":[1e400,"'),
    Buffer.from([0xff]),
    Buffer.from('"],\r\n"type":"first","type":"last"}'),
  ]);
  expect(describe(body)).toEqual(readable("last", { bodiesDiffer: false }));
});

test.each([
  ["", false],
  ["x", false],
  ["2026-01-01", false],
  ["2026-01-01T00:00", false],
  ["1767225600", false],
  ["2026-01-01T00:00:00Z", true],
  ["2026-01-01T00:00:00.000001+02:00", true],
])(
  "generic.describe() tells bodies apart by a time to the second: %j",
  (timestamp, bodiesDiffer) => {
    const body = Buffer.from(JSON.stringify({ type: "a", timestamp }));
    expect(describe(body)).toEqual(readable("a", { bodiesDiffer }));
  },
);

test("generic.describe() trusts no header for an id: it signs none", () => {
  const request = { ...incoming(post(BODY), NOW), headers: () => ["evt_forged"] };
  expect(describeEvent(generic, request).providerEventId).toBe("");
});

test("generic.describe() takes any bytes and returns a printable type", () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  const typed = anyText({ maxLength: 250 }).map((type) => Buffer.from(JSON.stringify({ type })));
  fc.assert(
    fc.property(fc.oneof(bytes, typed), (body) => {
      const { type, readable } = describe(body);
      expect(type).toMatch(/^[^\p{Cc}\p{Cs}]{1,200}$/u);
      expect(readable || type === "unknown").toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test.each([...WEBHOOK_EVENT_TYPES, "other.type", "constructor"])(
  "generic.sample() of %s reads as that type",
  (type) => {
    const now = new Date("2026-01-02T03:04:05.678Z");
    const { body, contentType } = generic.sample(type, now);
    expect(contentType).toBe("application/json");
    expect(JSON.parse(body)).toEqual({
      type,
      timestamp: "2026-01-02T03:04:05.678Z",
      data: expect.objectContaining({}),
    });
    expect(describe(Buffer.from(body))).toEqual(readable(type));
  },
);

function flip(source: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(source);
  changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return changed;
}
