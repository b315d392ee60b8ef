import { createHash, createHmac } from "node:crypto";
import { anyText } from "@hookgate/testing/any_text";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { MacRecipe, Recipe } from "./recipe.ts";
import { sign } from "./sign.ts";
import type { Verdict } from "./verdict.ts";
import { verify } from "./verify.ts";

const RECIPE: MacRecipe = {
  kind: "hmac",
  scheme: "test",
  signature: { header: "x-signature" },
  format: { kind: "plain", prefix: "sha256=" },
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
};
const SECRET = "correct horse battery staple";
const SECRETS = [{ id: "1", value: SECRET }];
const BODY = Buffer.from('{"type":"payment.success"}');
const MAC = createHmac("sha256", SECRET).update(BODY).digest("hex");

/** A verdict over the header's values, as a source with these secrets gives it. */
function judge(
  values: readonly string[],
  { body = BODY as Uint8Array, secrets = SECRETS, recipe = RECIPE } = {},
): Verdict {
  const headers = (name: string) => (name === "x-signature" ? values : []);
  const request = { method: "POST", url: "https://example.com/", headers, body, receivedAt: 0 };
  return verify(recipe, request, { secrets });
}

/** The header's values that `sign` gives a body. */
function signatures(body: Uint8Array, secret: string): string[] {
  const request = { method: "POST", url: "https://example.com/", headers: {}, body };
  return Object.values(sign(RECIPE, request, { secret, now: 0 }).headers);
}

/** The reason of a refusal; `accepted` where it was none. */
function reason(verdict: Verdict): string {
  return verdict.ok ? "accepted" : verdict.reason;
}

test.each([
  ["plain", MAC],
  ["with its prefix", `sha256=${MAC}`],
])("verify() accepts a signature %s", (_, value) => {
  expect(judge([value])).toEqual({
    ok: true,
    scheme: "test",
    secretId: "1",
    signedAt: null,
    signature: MAC,
    intact: true,
  });
});

test.each([
  ["nothing", []],
  ["CRLF, a BOM, NUL and invalid UTF-8", [0xef, 0xbb, 0xbf, 0x0d, 0x0a, 0x00, 0xff, 0xc3, 0x28]],
  ["one byte", [0x80]],
])("verify() judges a body of %s by its bytes", (_, bytes) => {
  const body = Uint8Array.from(bytes);
  const mac = createHmac("sha256", SECRET).update(body).digest("hex");
  expect(judge([mac], { body }).ok).toBe(true);
});

test("verify() judges only the view it is given, not the memory around it", () => {
  const memory = Buffer.concat([Buffer.from("before"), BODY, Buffer.from("after")]);
  expect(
    judge([MAC], { body: new Uint8Array(memory.buffer, memory.byteOffset + 6, BODY.length) }).ok,
  ).toBe(true);
  expect(reason(judge([MAC], { body: memory }))).toBe("no_match");
});

test.each([
  ["first", ["new", "old", "older"], "new"],
  ["in the middle", ["newer", "new", "old"], "new"],
  ["last", ["newest", "newer", "new"], "new"],
  ["twice", ["old", "new", "new"], "new"],
])("verify() names the secret that matches when it stands %s", (_, values, match) => {
  const secrets = values.map((value, index) => ({ id: `${value}-${index}`, value }));
  const mac = createHmac("sha256", match).update(BODY).digest("hex");
  const verdict = judge([mac], { secrets });
  expect(verdict).toMatchObject({ ok: true, secretId: `new-${values.indexOf(match)}` });
});

test.each([
  ["no header", [], "missing_header"],
  ["an empty one", [""], "malformed_header"],
  ["the prefix alone", ["sha256="], "malformed_header"],
  ["the same signature twice", [MAC, MAC], "malformed_header"],
  ["a bad signature before the good one", ["0".repeat(64), MAC], "malformed_header"],
  ["a bad signature after the good one", [MAC, "0".repeat(64)], "malformed_header"],
  ["two signatures in one value", [`${MAC}, ${MAC}`], "malformed_header"],
  ["a digit too few", [MAC.slice(0, -1)], "malformed_header"],
  ["half of it", [MAC.slice(0, 32)], "malformed_header"],
  ["a digit too many", [`${MAC}0`], "malformed_header"],
  ["an absurd length", ["a".repeat(1_000_000)], "malformed_header"],
  ["a digit missing after the prefix", [`sha256=${MAC.slice(1)}`], "malformed_header"],
  ["the prefix twice", [`sha256=sha256=${MAC}`], "malformed_header"],
  ["the prefix in upper case", [`SHA256=${MAC}`], "malformed_header"],
  ["upper-case digits", [MAC.toUpperCase()], "malformed_header"],
  ["a space before it", [` ${MAC}`], "malformed_header"],
  ["a line break after it", [`${MAC}\n`], "malformed_header"],
  ["a line break for the last digit", [`${MAC.slice(1)}\n`], "malformed_header"],
  ["letters that are no digits", ["g".repeat(64)], "malformed_header"],
  ["full-width digits", ["\uff11".repeat(64)], "malformed_header"],
  ["another algorithm's name", [`sha512=${MAC}`], "malformed_header"],
  ["SHA-1 in place of SHA-256", [mac("sha1")], "malformed_header"],
  ["SHA-1 under the name of SHA-256", [`sha256=${mac("sha1")}`], "malformed_header"],
  ["SHA-512 in place of SHA-256", [mac("sha512")], "malformed_header"],
  ["SHA-512 cut to length", [mac("sha512").slice(0, 64)], "no_match"],
  ["SHA3-256", [mac("sha3-256")], "no_match"],
  ["base64 in place of hex", [Buffer.from(MAC, "hex").toString("base64")], "malformed_header"],
  ["a digest without a key", [createHash("sha256").update(BODY).digest("hex")], "no_match"],
  [
    "the key before the body, hashed",
    [createHash("sha256").update(SECRET).update(BODY).digest("hex")],
    "no_match",
  ],
  [
    "another secret's signature",
    [createHmac("sha256", "guess").update(BODY).digest("hex")],
    "no_match",
  ],
  [
    "another body's signature",
    [createHmac("sha256", SECRET).update("{}").digest("hex")],
    "no_match",
  ],
  ["zeros", ["0".repeat(64)], "no_match"],
])("verify() refuses %s", (_, values, expected) => {
  expect(reason(judge(values))).toBe(expected);
});

function mac(algorithm: string): string {
  return createHmac(algorithm, SECRET).update(BODY).digest("hex");
}

test("verify() refuses everything that is signed with an empty secret", () => {
  const forged = createHmac("sha256", "").update(BODY).digest("hex");
  expect(reason(judge([forged], { secrets: [{ id: "1", value: "" }] }))).toBe("no_match");
  expect(reason(judge([forged], { secrets: [{ id: "1", value: "" }, ...SECRETS] }))).toBe(
    "no_match",
  );
});

test("verify() accepts a valid secret next to an empty one", () => {
  const secrets = [{ id: "0", value: "" }, ...SECRETS];
  expect(judge([MAC], { secrets })).toMatchObject({ ok: true, secretId: "1" });
});

test("verify() accepts nothing if there are no secrets", () => {
  expect(reason(judge([MAC], { secrets: [] }))).toBe("no_match");
});

test("verify() accepts only the digits if the recipe has no prefix", () => {
  const recipe = { ...RECIPE, format: { kind: "plain" as const } };
  expect(judge([MAC], { recipe }).ok).toBe(true);
  expect(reason(judge([`sha256=${MAC}`], { recipe }))).toBe("malformed_header");
});

test("verify() refuses every single changed bit of the MAC", () => {
  const bytes = Buffer.from(MAC, "hex");
  for (let bit = 0; bit < 256; bit += 1) {
    expect(reason(judge([flip(bytes, bit).toString("hex")]))).toBe("no_match");
  }
});

test("verify() refuses every single changed bit of the header", () => {
  for (const value of [MAC, `sha256=${MAC}`]) {
    const bytes = Buffer.from(value, "latin1");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      expect(judge([flip(bytes, bit).toString("latin1")]).ok).toBe(false);
    }
  }
});

test("verify() refuses every truncation of the header", () => {
  for (const value of [MAC, `sha256=${MAC}`]) {
    for (let length = 0; length < value.length; length += 1) {
      // Cut to 64 characters the prefixed form has letters in it that are no digits.
      expect(reason(judge([value.slice(0, length)]))).toBe("malformed_header");
    }
  }
});

const secretText = anyText({ minLength: 1, maxLength: 80 });
const bytes = fc.uint8Array({ maxLength: 300 });

test("verify() accepts what sign() signs, over any bytes and under any secret", () => {
  fc.assert(
    fc.property(secretText, bytes, (secret, body) => {
      const values = signatures(body, secret);
      expect(judge(values, { body, secrets: [{ id: "a", value: secret }] }).ok).toBe(true);
    }),
  );
});

test("verify() refuses a body with one bit changed", () => {
  const nonEmpty = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(secretText, nonEmpty, fc.nat(), (secret, body, at) => {
      const values = signatures(body, secret);
      const secrets = [{ id: "a", value: secret }];
      expect(reason(judge(values, { body: flip(body, at % (body.length * 8)), secrets }))).toBe(
        "no_match",
      );
    }),
  );
});

test("verify() refuses a body with a byte more or less", () => {
  fc.assert(
    fc.property(secretText, bytes, fc.integer({ min: 0, max: 255 }), (secret, body, byte) => {
      const longer = Uint8Array.from([...body, byte]);
      const secrets = [{ id: "a", value: secret }];
      const ofShort = signatures(body, secret);
      const ofLong = signatures(longer, secret);
      expect(reason(judge(ofShort, { body: longer, secrets }))).toBe("no_match");
      expect(reason(judge(ofLong, { body, secrets }))).toBe("no_match");
    }),
  );
});

test("verify() never throws and never accepts random headers", () => {
  const latin1 = fc.uint8Array({ maxLength: 200 }).map((b) => Buffer.from(b).toString("latin1"));
  const hexDigits = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((b) => Buffer.from(b).toString("hex"));
  const value = fc.oneof(
    latin1,
    anyText(),
    hexDigits,
    hexDigits.map((digits) => `sha256=${digits}`),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 3 }), bytes, (values, body) => {
      expect(judge(values, { body }).ok).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test("verify() reads the secrets in no other order than given, and all of them", () => {
  const tried: string[] = [];
  const secrets = ["a", "b", "c"].map((id) => ({
    id,
    get value() {
      tried.push(id);
      return id === "a" ? SECRET : `other ${id}`;
    },
  }));
  expect(judge([MAC], { secrets })).toMatchObject({ ok: true, secretId: "a" });
  expect([...new Set(tried)]).toEqual(["a", "b", "c"]);
});

function flip(source: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(source);
  changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return changed;
}

test.each(["1700000000", "1700000000.0", "1.7e9"])(
  "verify() reads the time %s of a body and of a token, as a serializer writes it that has no whole numbers",
  async (seconds) => {
    const at = { receivedAt: 1_700_000_000_000, method: "POST", url: "https://example.com/" };
    const sides = { pastSecondsMax: 60, futureSecondsMax: 60 };
    const body = Buffer.from(`{"at":${seconds}}`);
    const mac = createHmac("sha256", SECRET).update(seconds).update(body).digest("hex");
    const timed: MacRecipe = {
      ...RECIPE,
      signed: ["timestamp", "body"],
      timestamp: { from: { json: "/at" }, unit: "s", ...sides },
    };
    const signed = { ...at, body, headers: () => [mac] };
    expect(reason(await verify(timed, signed, { secrets: SECRETS }))).toBe("accepted");

    const token: Recipe = {
      kind: "jwt",
      scheme: "test",
      token: { header: "x-token" },
      algorithm: "HS256",
      bodyDigest: null,
      issuedAt: sides,
    };
    const encoded = ['{"alg":"HS256"}', `{"iat":${seconds}}`].map((part) =>
      Buffer.from(part).toString("base64url"),
    );
    const text = encoded.join(".");
    const made = createHmac("sha256", SECRET).update(text).digest("base64url");
    const shown = { ...at, body: BODY, headers: () => [`${text}.${made}`] };
    expect(reason(await verify(token, shown, { secrets: SECRETS }))).toBe("accepted");
  },
);
