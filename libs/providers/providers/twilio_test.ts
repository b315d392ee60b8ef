import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import official from "twilio";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, type Oracle, sampleRequest } from "../suite/provider_test_kit.ts";
import { twilio } from "./twilio.ts";

const { getExpectedTwilioSignature, getExpectedBodyHash } = official;
const { validateRequest, validateRequestWithBody } = official;
const URL_OF_TESTS = "https://hooks.example.com/api/webhooks/example";

/** The official function also takes a URL that only the URL parser makes the signed one, as a host in capitals. */
const lenient: Oracle["lenient"] = ({ url }, { place }) =>
  place === "url" && URL.canParse(url) && new URL(url).host === new URL(URL_OF_TESTS).host;

checkProvider(twilio, {
  url: URL_OF_TESTS,
  oracle: {
    sign: (request, { secret }) =>
      withSignature(request, getExpectedTwilioSignature(secret, request.url, fields(request))),
    verify: (request, { secret }) =>
      validateRequest(secret, signatureOf(request), request.url, fields(request)),
    lenient,
  },
  tampered: [
    (request) => withForm(request, (form) => form.set("From", "+14155550999")),
    (request) => withForm(request, (form) => form.append("From", "+14155550999")),
    (request) => withForm(request, (form) => form.set("Extra", "")),
    (request) => withForm(request, (form) => form.delete("From")),
    (request) => withForm(request, (form) => form.set("from", form.get("From") ?? "")),
    (request) => ({ ...request, body: new Uint8Array() }),
    (request) => ({
      ...request,
      headers: { ...request.headers, "content-type": "application/json" },
    }),
    (request) => ({ ...request, url: `${request.url}?a=1` }),
    (request) => ({ ...request, url: `${request.url}/` }),
    (request) => ({ ...request, url: request.url.replace("https", "http") }),
    (request) => ({ ...request, url: request.url.toUpperCase() }),
  ],
  schemes: {
    twilio_body: {
      oracle: {
        sign(request, { secret }) {
          const digest = getExpectedBodyHash(text(request));
          const url = `${request.url}?bodySHA256=${digest}`;
          return withSignature({ ...request, url }, getExpectedTwilioSignature(secret, url, {}));
        },
        verify: (request, { secret }) =>
          validateRequestWithBody(secret, signatureOf(request), request.url, text(request)),
        lenient,
      },
    },
  },
});

// spec/validation.spec.js of the official package.
const EXAMPLE_URL = "https://mycompany.com/myapp.php?foo=1&bar=2";
const EXAMPLE_FORM = {
  CallSid: "CA1234567890ABCDE",
  Caller: "+14158675309",
  Digits: "1234",
  From: "+14158675309",
  To: "+18005551212",
};
const EXAMPLE_BODY = '{"property": "value", "boolean": true}';
const EXAMPLE_DIGEST = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";

test.each([
  [
    "a form",
    EXAMPLE_URL,
    new URLSearchParams(EXAMPLE_FORM).toString(),
    "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
  ],
  [
    "a body",
    `${EXAMPLE_URL}&bodySHA256=${EXAMPLE_DIGEST}`,
    EXAMPLE_BODY,
    "a9nBmqA0ju/hNViExpshrM61xv4=",
  ],
  [
    "a body and no other parameter",
    `https://mycompany.com/myapp.php?bodySHA256=${EXAMPLE_DIGEST}`,
    EXAMPLE_BODY,
    "y77kIzt2vzLz71DgmJGsen2scGs=",
  ],
])("twilio verifies the official tests' example of %s", async (_, url, body, signature) => {
  const request = {
    method: "POST",
    url,
    headers: { "content-type": typeOf(body), "x-twilio-signature": signature },
    body: Buffer.from(body),
  };
  expect(await judge(request, "12345")).toMatchObject({ ok: true });
});

test.each([
  ["https://example.com/x", "https://example.com:443/x"],
  ["https://example.com:443/x", "https://example.com/x"],
  ["http://example.com/x?a=1", "http://example.com:80/x?a=1"],
  ["https://example.com:8443/x", "https://example.com/x"],
  ["https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x"],
  ["https://user:1234@example.com/x", "https://user:1234@example.com:443/x"],
  ["https://example.com/x?a=O%27Hara", "https://example.com/x?a=O'Hara"],
  ["https://example.com/x?a=O'Hara&b=%20", "https://example.com/x?a=O%27Hara&b=%20"],
  ["https://example.com/x?a=O%27Hara", "https://example.com:443/x?a=O'Hara"],
])(
  "twilio, where %s is known, takes a signature of %s as the official function does",
  async (known, signed) => {
    const request = { ...sampleRequest(twilio), url: signed };
    const secret = "a".repeat(32);
    const { headers } = sign(twilio.recipe, request, { secret, now: NOW });
    const seen = { ...request, headers, url: known };
    expect(await judge(seen, secret)).toMatchObject({ ok: true });
    expect(validateRequest(secret, signatureOf(seen), known, fields(seen))).toBe(true);
  },
);

test("twilio does not call a form intact", async () => {
  const secret = "a".repeat(32);
  const request = sign(twilio.recipe, sampleRequest(twilio), { secret, now: NOW });
  const pairs = [...new URLSearchParams(text(request))].reverse();
  const body = Buffer.from(new URLSearchParams(pairs).toString());
  expect(await judge({ ...request, body }, secret)).toMatchObject({ ok: true, intact: false });
});

test("twilio takes no signature of a form for one of a body, nor the other way round", async () => {
  const secret = "a".repeat(32);
  const form = "application/x-www-form-urlencoded";
  const url = `${URL_OF_TESTS}?bodySHA256=${EXAMPLE_DIGEST}`;
  const bare = { method: "POST", url, headers: {}, body: Buffer.from(EXAMPLE_BODY) };
  const request = withSignature(bare, getExpectedTwilioSignature(secret, url, {}));
  expect(await judge(request, secret)).toMatchObject({ ok: true, scheme: "twilio_body" });
  const headers = { ...request.headers, "content-type": form };
  expect((await judge({ ...request, headers, body: new Uint8Array() }, secret)).ok).toBe(false);
});

test.each([
  ["MessageSid=SM1&MessageStatus=sent&SmsStatus=sent", "message.sent"],
  ["SmsSid=SM1&SmsStatus=received", "message.received"],
  ["CallSid=CA1&CallStatus=in-progress", "call.in-progress"],
  ["CallSid=CA1&RecordingStatus=completed", "recording.completed"],
  ["EventType=onMessageAdded&ConversationSid=CH1", "onMessageAdded"],
  ["AccountSid=AC1", "unknown"],
  [
    '[{"type":"com.twilio.messaging.message.sent","id":"EZ1"}]',
    "com.twilio.messaging.message.sent",
  ],
  ['[{"type":"a"},{"type":"b"}]', "mixed"],
])("twilio describes %s", (body, type) => {
  const headers = { "content-type": typeOf(body) };
  const request = { method: "POST", url: URL_OF_TESTS, headers, body: Buffer.from(body) };
  expect(describeEvent(twilio, incoming(request, NOW))).toMatchObject({ type });
});

function judge(request: OutgoingRequest, value: string) {
  return verify(twilio.recipe, incoming(request, NOW), { secrets: [{ id: "1", value }] });
}

function typeOf(body: string): string {
  return /^[[{]/.test(body) ? "application/json" : "application/x-www-form-urlencoded";
}

function text({ body }: OutgoingRequest): string {
  return Buffer.from(body).toString();
}

/** The form as the frameworks that the official package is made for hand it over. */
function fields(request: OutgoingRequest): Record<string, string | string[]> {
  const form = new URLSearchParams(text(request));
  const names = [...new Set(form.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = form.getAll(name);
      return [name, values.length > 1 ? values : (values[0] ?? "")];
    }),
  );
}

function signatureOf({ headers }: OutgoingRequest): string {
  return headers["x-twilio-signature"] ?? "";
}

function withSignature(request: OutgoingRequest, signature: string): OutgoingRequest {
  return { ...request, headers: { ...request.headers, "x-twilio-signature": signature } };
}

function withForm(
  request: OutgoingRequest,
  change: (form: URLSearchParams) => void,
): OutgoingRequest {
  const form = new URLSearchParams(text(request));
  change(form);
  return { ...request, body: Buffer.from(form.toString()) };
}

const SHARED_KEY = "s3cr3t-of-a-shared-key-0123456789";
const SETTINGS = "x-twilio-webhooks-signature-settings";
const SHA256 = `key=WK${"a".repeat(32)},algorithm=HMAC_SHA256`;

function withSharedKey(request: OutgoingRequest, settings: string): OutgoingRequest {
  const signed = request.url + [...new URLSearchParams(text(request))].sort().flat().join("");
  const mac = createHmac("sha256", SHARED_KEY).update(signed).digest("base64");
  const own = { "x-twilio-signature": mac, [SETTINGS]: settings };
  return { ...request, headers: { ...request.headers, ...own } };
}

test.each([
  [SHA256, true],
  [`algorithm=HMAC_SHA256, key=WK${"a".repeat(32)}`, true],
  [SHA256.replace("SHA256", "SHA1"), false],
  [SHA256.replace("SHA256", "SHA512"), false],
  ["", false],
])(
  "twilio, signed with a SharedKey and SHA-256, with the settings %s: %s",
  async (settings, ok) => {
    const request = withSharedKey(sampleRequest(twilio), settings);
    expect(await judge(request, SHARED_KEY)).toMatchObject({ ok });
    const { [SETTINGS]: _, ...headers } = request.headers;
    expect(await judge({ ...request, headers }, SHARED_KEY)).toMatchObject({ ok: false });
  },
);

test.each([
  ["0123456789abcdef0123456789abcdef", true],
  ["A-SharedKeys-Secret-0123456789", true],
  [`SK${"0".repeat(32)}`, false],
  [`AC${"0".repeat(32)}`, false],
])("twilio's secret may look like %s: %s", (secret, right) => {
  expect(twilio.secretHint.pattern?.test(secret)).toBe(right);
});

test("twilio refuses a signature with the token where the settings say SHA-256", async () => {
  const secret = "a".repeat(32);
  const { url, ...request } = sampleRequest(twilio);
  const signed = withSignature(
    { ...request, url },
    getExpectedTwilioSignature(secret, url, fields({ ...request, url })),
  );
  expect(await judge(signed, secret)).toMatchObject({ ok: true });
  const headers = { ...signed.headers, [SETTINGS]: SHA256 };
  expect(await judge({ ...signed, headers }, secret)).toMatchObject({ ok: false });
});

test.each([
  [[EXAMPLE_DIGEST, EXAMPLE_DIGEST], true],
  [["0".repeat(64), EXAMPLE_DIGEST], true],
  [[EXAMPLE_DIGEST, "0".repeat(64)], true],
  [["0".repeat(64), "0".repeat(64)], false],
])("twilio with the body's digest twice, %j: %s", async (digests, ok) => {
  const secret = "a".repeat(32);
  const url = `${URL_OF_TESTS}?${digests.map((digest) => `bodySHA256=${digest}`).join("&")}`;
  const headers = { "content-type": "application/json" };
  const bare = { method: "POST", url, headers, body: Buffer.from(EXAMPLE_BODY) };
  const request = withSignature(bare, getExpectedTwilioSignature(secret, url, {}));
  expect(await judge(request, secret)).toMatchObject({ ok });
});
