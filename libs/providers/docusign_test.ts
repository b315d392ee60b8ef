import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "./describe_event.ts";
import { docusign } from "./docusign.ts";
import { checkProvider, NOW, sampleRequest } from "./provider_test_kit.ts";

checkProvider(docusign);

const KEY = "4rUhzF7Zb0kYHTzqVtZ3gXjv0W0FvCw9oQe5v1T2yhM=";
const UNSIGNED = sampleRequest(docusign);
const RIGHT = mac(KEY);
const WRONG = mac("the key of another account");

function mac(key: string): string {
  return createHmac("sha256", key).update(UNSIGNED.body).digest("base64");
}

/** The verdict over signatures by their number, in no order. */
function judge(signatures: Readonly<Record<number, string>>) {
  const headers = Object.fromEntries(
    Object.entries(signatures).map(([number, text]) => [`x-docusign-signature-${number}`, text]),
  );
  const request = { ...UNSIGNED, headers: { ...UNSIGNED.headers, ...headers } };
  return verify(docusign.recipe, incoming(request, NOW), { secrets: [{ id: "1", value: KEY }] });
}

function numbered(count: number, last: string): Record<number, string> {
  const entries = Array.from({ length: count }, (_, at) => [at + 1, WRONG]);
  return { ...Object.fromEntries(entries), [count]: last };
}

test.each([
  ["the only one", { 1: RIGHT }],
  ["the first of two", { 1: RIGHT, 2: WRONG }],
  ["the second of two", { 1: WRONG, 2: RIGHT }],
  ["one beside what is no signature", { 1: "x", 2: RIGHT }],
  ["the hundredth", numbered(100, RIGHT)],
])("docusign accepts a signature that is %s", async (_, signatures) => {
  expect(await judge(signatures)).toMatchObject({ ok: true, signature: RIGHT, intact: true });
});

test.each([
  ["none", {}, "missing_header"],
  ["one in the second place, and none in the first", { 2: RIGHT }, "missing_header"],
  ["one past a gap", { 1: WRONG, 3: RIGHT }, "no_match"],
  ["a hundred and one, the last of which is right", numbered(101, RIGHT), "no_match"],
  ["a hundred that are wrong", numbered(100, WRONG), "no_match"],
  ["two in one header", { 1: `${RIGHT}, ${RIGHT}` }, "malformed_header"],
  ["one without its padding", { 1: RIGHT.replace("=", "") }, "malformed_header"],
  ["one in hex", { 1: Buffer.from(RIGHT, "base64").toString("hex") }, "malformed_header"],
])("docusign refuses signatures that are %s", async (_, signatures, reason) => {
  expect(await judge(signatures)).toEqual({ ok: false, reason });
});

test("docusign takes a key's text, and does not decode it", async () => {
  const decoded = createHmac("sha256", Buffer.from(KEY, "base64")).update(UNSIGNED.body);
  expect(await judge({ 1: decoded.digest("base64") })).toEqual({ ok: false, reason: "no_match" });
});

test("docusign has no type for the older XML, which verifies all the same", async () => {
  const body = Buffer.from("<DocuSignEnvelopeInformation/>");
  const signature = createHmac("sha256", KEY).update(body).digest("base64");
  const headers = { "content-type": "text/xml", "x-docusign-signature-1": signature };
  const seen = incoming({ ...UNSIGNED, headers, body }, NOW);
  const secrets = [{ id: "1", value: KEY }];
  expect(await verify(docusign.recipe, seen, { secrets })).toMatchObject({ ok: true });
  expect(describeEvent(docusign, seen)).toMatchObject({ type: "unknown", readable: false });
});
