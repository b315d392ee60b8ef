import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { makeSecret, sign } from "@hookgate/signature";
import type { QuarantinedRequest } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { Provider } from "../provider.ts";
import { findProvider } from "../source_provider.ts";
import {
  ask,
  BODY,
  RECEIVED_AT,
  received,
  SECRET,
  SHOP_URL,
  secretOf,
  signedBy,
  sourceOf,
} from "../suite/refused_requests.ts";

/** The body after something happened to it that the signature does not know. */
function changed(
  body: string | Uint8Array,
  signed: string | Uint8Array = BODY,
): QuarantinedRequest {
  return received(signedBy("generic", SECRET, { body: signed }), { body: Buffer.from(body) });
}

const PARSED: unknown = JSON.parse(BODY);
const COMPACT = JSON.stringify(PARSED);
const PRETTY = JSON.stringify(PARSED, null, 2);
/** As Python writes it by default. */
const SPACED = '{"type": "course.enrolled", "data": {"b": 1, "a": 4900.50, "list": [1, {}, []]}}';
const PACKED = SPACED.replaceAll(" ", "");
const ESCAPED = BODY.replace("ë", "\\u00eb");
const SORTED = '{"data":{"a":4900.5,"b":1,"name":"Zoë","url":"a/b"},"type":"course.enrolled"}';

test.each([
  ["a line break added", changed(`${BODY}\n`), /a line break was added at its end/],
  ["CR and LF added", changed(`${BODY}\r\n`), /a line break was added at its end/],
  ["a line break lost", changed(BODY, `${BODY}\n`), /the line break at its end was removed/],
  ["CR and LF lost", changed(BODY, `${BODY}\r\n`), /the CR and LF at its end were removed/],
  ["spaces around", changed(` ${BODY}  `), /white space was added around it/],
  ["a BOM added", changed(`\ufeff${BODY}`), /a byte order mark was added before it/],
  ["a BOM lost", changed(BODY, `\ufeff${BODY}`), /byte order mark before it was removed/],
  ["LF became CRLF", changed("a\r\nb\r\nc", "a\nb\nc"), /line breaks became CR and LF/],
  ["CRLF became LF", changed("a\nb\nc", "a\r\nb\r\nc"), /were CR and LF and became LF/],
  ["nothing was signed", changed(BODY, ""), /an empty one was signed/],
  ["gzip", changed(gzipSync(BODY)), /compressed \(gzip\)/],
  ["zlib", changed(deflateSync(BODY)), /compressed \(zlib\)/],
  ["deflate", changed(deflateRawSync(BODY)), /compressed \(deflate\)/],
  ["Latin-1 to UTF-8", changed(BODY, Buffer.from(BODY, "latin1")), /signed in Latin-1/],
  ["UTF-8 to Latin-1", changed(Buffer.from(BODY, "latin1")), /signed in UTF-8/],
  ["UTF-8 twice", changed(Buffer.from(BODY).toString("latin1")), /converted to UTF-8/],
  ["decomposed", changed(BODY.normalize("NFD")), /composed as NFC/],
  ["white space lost", changed(PACKED, SPACED), /signed with spaces after commas and colons/],
  ["white space put in", changed(SPACED, PACKED), /signed without white space/],
  ["indentation lost", changed(COMPACT, PRETTY), /by two spaces/],
  ["indented", changed(PRETTY, COMPACT), /signed without white space/],
  ["indented by four", changed(COMPACT, JSON.stringify(PARSED, null, 4)), /by four spaces/],
  ["and a line break", changed(COMPACT, `${PRETTY}\n`), /by two spaces, a line break last/],
  ["tabs", changed(COMPACT, JSON.stringify(PARSED, null, "\t")), /by tabs/],
  ["escapes decoded", changed(BODY, ESCAPED), /ASCII as \\u escapes/],
  ["escapes added", changed(ESCAPED, BODY), /without needless escapes/],
  ["slashes", changed(BODY, BODY.replace("a/b", "a\\/b")), /slashes as \\\//],
  ["HTML", changed('{"a":"<&>"}', '{"a":"\\u003c\\u0026\\u003e"}'), /< > & as/],
  ["names sorted by the sender", changed(COMPACT, SORTED), /names sorted/],
  ["brotli", changed(brotliCompressSync(BODY)), /compressed \(brotli\)/],
])("diagnose() names what happened to the body: %s", (_, request, expected) => {
  expect(ask(request)).toEqual([expect.stringMatching(expected)]);
});

test.each([
  ["spaces as plus signs", "a=b+c&d=%C3%A9", "a=b%20c&d=%C3%A9"],
  ["spaces as escapes", "a=b%20c&d=%C3%A9", "a=b+c&d=%C3%A9"],
  ["escapes in lower case", "a=%C3%A9", "a=%c3%a9"],
])("diagnose() names what happened to a form: %s", (_, body, signed) => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const request = received(signedBy("generic", SECRET, { body: signed, headers }), {
    body: Buffer.from(body),
  });
  expect(ask(request)).toEqual([expect.stringMatching(/its form fields were encoded again/)]);
});

test("diagnose() of a changed body says how late it is, too", () => {
  const source = sourceOf({ provider: "stripe" });
  const signed = signedBy("stripe", SECRET, { body: PRETTY, now: RECEIVED_AT - 900_000 });
  const [sentence] = ask(received(signed, { body: Buffer.from(COMPACT) }), { source });
  expect(sentence).toMatch(/by two spaces.* signed 900 s \(about 15 min\) before it arrived/);
});

test.each([
  ["another value", changed(COMPACT.replace("4900.5", "1"))],
  ["no JSON", changed('{"a":', '{"a" :')],
  ["a number", changed("1", "2")],
  ["nothing", changed("", "a")],
])("diagnose() of a body that was really changed makes nothing up: %s", (_, request) => {
  expect(ask(request).join()).toMatch(/^None of the common mistakes .* another secret/);
});

test("diagnose() does not unpack without end, nor write large bodies anew", () => {
  const bomb = ask(changed(gzipSync(Buffer.alloc(64 * 1024 * 1024))));
  expect(bomb.join()).toMatch(/None of the common mistakes/);
  const json = `[${"1,".repeat(600_000)}1]`;
  const startedAt = performance.now();
  expect(ask(changed(json.replaceAll(",", ", "), json)).join()).toMatch(
    /another secret|not every/i,
  );
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test("diagnose() of the largest body says that not everything was tried", () => {
  const body = Buffer.alloc(8 * 1024 * 1024, "a");
  expect(ask(changed(body, "b"))).toContain("Not everything was tried: it would take too long.");
});

test.each([
  ["sendgrid", '[{"event":"delivered"}]', "\r\n", /the CR and LF at its end were removed/],
  [
    "telnyx",
    '{"data":{"event_type":"message.received"}}',
    "\n",
    /line break at its end was removed/,
  ],
])("diagnose() tries the body's end against a public key, too: %s", (id, body, end, expected) => {
  const { recipe } = findProvider(id) as Provider;
  const keys = makeSecret(recipe, { now: RECEIVED_AT });
  const unsigned = { method: "POST", url: SHOP_URL, headers: {}, body: Buffer.from(body + end) };
  const options = { secret: keys.secret, privateKey: keys.privateKey ?? "", now: RECEIVED_AT };
  const request = received(sign(recipe, unsigned, options), { body: Buffer.from(body) });
  const source = sourceOf({ provider: id, secrets: [secretOf(keys.secret)] });
  expect(ask(request, { source })).toEqual([expect.stringMatching(expected)]);
  // However many other sources there are to try first.
  const others = Array.from({ length: 200 }, (_, at) => {
    const value = at % 2 === 0 ? makeSecret(recipe, { now: RECEIVED_AT }).secret : `secret ${at}`;
    return sourceOf({ name: `other-${at}`, provider: id, secrets: [secretOf(value)] });
  });
  expect(ask(request, { source, others })).toEqual([expect.stringMatching(expected)]);
  const whole = received(sign(recipe, unsigned, options));
  expect(ask(whole, { source })).toEqual([expect.stringMatching(/^It verifies as the source/)]);
});
