import { signRequest, verifyRequest } from "@contentful/node-apps-toolkit";
import { incoming, type OutgoingRequest, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { contentful } from "./contentful.ts";

const SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/";
const SECRETS = [{ id: "1", value: SECRET }];
const SIGNED_HEADERS = "x-contentful-signed-headers";

checkProvider(contentful, {
  keys: { secret: SECRET, privateKey: null, certificate: null },
  signedHeaders: Object.keys(sampleRequest(contentful).headers),
  oracle: {
    sign: (request, { secret, now }) => signOfficially(request, { secret, now }),
    verify: (request, { secret }) => verifyRequest(secret, officialRequest(request)),
    // The package signs the list and the time whether the list names them or not.
    lenient: ({ headers }, { place }) =>
      place === SIGNED_HEADERS && namesOthers(headers[SIGNED_HEADERS] ?? ""),
  },
});

test.each([
  "https://hooks.example.com/",
  "https://hooks.example.com/api/webhooks/contentful?a=1&b=%20%C3%A9&c=x/y",
  "https://hooks.example.com/api/r%C3%A9union/%2F/(x)!~*'",
  "https://hooks.example.com/a?",
])(
  "contentful and its package agree on %s, and on every bit of its path and query",
  async (url) => {
    const request = { ...sampleRequest(contentful), url };
    const official = signOfficially(request, { secret: SECRET, now: NOW });
    expect(await judge(official)).toMatchObject({ ok: true, intact: true, signedAt: NOW });
    const signed = sign(contentful.recipe, request, { secret: SECRET, now: NOW });
    expect(signed.headers).toEqual(official.headers);
    for (const changed of changedPaths(url)) {
      const verdict = await judge({ ...official, url: changed });
      if (verdict.ok) throw new Error(`${changed} verified with a bit changed`);
    }
  },
);

test("contentful refuses another method", async () => {
  const signed = sign(contentful.recipe, sampleRequest(contentful), { secret: SECRET, now: NOW });
  expect(await judge({ ...signed, method: "PUT" })).toEqual({ ok: false, reason: "no_match" });
});

test.each([
  ["without the time", (names: string[]) => names.filter((name) => !name.endsWith("timestamp"))],
  ["without itself", (names: string[]) => names.filter((name) => name !== SIGNED_HEADERS)],
  ["in another order", (names: string[]) => names.toReversed()],
  ["with a name twice", (names: string[]) => [...names, "x-contentful-webhook-name"]],
  ["with a header that is not there", (names: string[]) => [...names, "x-other"]],
  ["with spaces", (names: string[]) => names.map((name) => ` ${name}`)],
  ["with nothing in it", () => []],
  ["of too many names", (names: string[]) => [...names, ...Array.from({ length: 64 }, tooMany)]],
])("contentful refuses a list of headers %s", async (_, write) => {
  const signed = sign(contentful.recipe, sampleRequest(contentful), { secret: SECRET, now: NOW });
  const list = write((signed.headers[SIGNED_HEADERS] ?? "").split(",")).join();
  const extra = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [tooMany(_, i), "1"]));
  const headers = { ...extra, ...signed.headers, [SIGNED_HEADERS]: list };
  expect(await judge({ ...signed, headers })).toEqual({ ok: false, reason: "malformed_header" });
});

test("contentful refuses a second question mark: what is after it would not be signed", async () => {
  const url = "https://hooks.example.com/a?b=1?c=2";
  const official = signOfficially(
    { ...sampleRequest(contentful), url },
    { secret: SECRET, now: NOW },
  );
  expect(await judge(official)).toEqual({ ok: false, reason: "malformed_header" });
});

function namesOthers(list: string): boolean {
  const names = list.split(",");
  const { [SIGNED_HEADERS]: _, ...others } = sampleRequest(contentful).headers;
  return Object.keys(others).every((name) => names.includes(name));
}

function tooMany(_: unknown, index: number): string {
  return `x-${index}`;
}

function officialRequest({ method, url, headers, body }: OutgoingRequest) {
  const path = url.slice("https://hooks.example.com".length);
  return { method: method as "POST", path, headers, body: Buffer.from(body).toString() };
}

/** The package chooses the headers by what it is given. */
function signOfficially(
  request: OutgoingRequest,
  { secret, now }: { secret: string; now: number },
): OutgoingRequest {
  const { [SIGNED_HEADERS]: _, ...headers } = request.headers;
  const own = signRequest(secret, officialRequest({ ...request, headers }), now);
  return { ...request, headers: { ...headers, ...own } };
}

function changedPaths(url: string): string[] {
  // The slash that a path begins with is where the host ends.
  const start = "https://hooks.example.com/".length;
  const changed: string[] = [];
  for (let bit = start * 7; bit < url.length * 7; bit += 1) {
    const at = Math.floor(bit / 7);
    const letter = String.fromCharCode(url.charCodeAt(at) ^ (1 << (bit % 7)));
    // A fragment is not sent, and what is no printable ASCII cannot be.
    if (/[!-~]/.test(letter) && letter !== "#") {
      changed.push(url.slice(0, at) + letter + url.slice(at + 1));
    }
  }
  return changed;
}

function judge(request: OutgoingRequest) {
  return verify(contentful.recipe, incoming(request, NOW), { secrets: SECRETS });
}
