import type { ConfiguredSource } from "@hookgate/config";
import { COMMON_CREDENTIAL_HEADERS, formatHeaderBlock, headerRecord } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import { exampleSource } from "../suite/example_source.ts";
import { credentialHeaders, headersForEndpoint, leavingHeaders } from "./leaving_headers.ts";

const own: ConfiguredSource = {
  ...exampleSource({ name: "own", provider: "custom" }),
  recipe: { kind: "shared_secret", scheme: "token", from: { header: "x-own-token" } },
};

test.each([
  ["of a provider", "academy", "generic", COMMON_CREDENTIAL_HEADERS],
  ["of a provider whose source is gone", "gone", "stripe", COMMON_CREDENTIAL_HEADERS],
  ["of a recipe of one's own", "own", "custom", [...COMMON_CREDENTIAL_HEADERS, "x-own-token"]],
  ["of one that was removed", "gone", "custom", null],
  ["of one whose source has a provider now", "academy", "custom", null],
  ["of no provider at all", "academy", "constructor", null],
])("credentialHeaders() %s", (_, source, provider, names) => {
  expect(credentialHeaders({ source, provider }, [exampleSource(), own])).toEqual(names);
});

const received = (text: string) => Buffer.from(text, "latin1");
const headers = received("X-Own-Token: abc\r\nX-Plain: caf\xe9\r\nCookie: a=b\r\n");

test("leavingHeaders() of an own recipe have no credentials", () => {
  const leaving = leavingHeaders({ source: "own", provider: "custom", headers }, [own]);
  expect(Buffer.from(leaving)).toEqual(received("X-Plain: caf\xe9\r\n"));
});

test("leavingHeaders() of a recipe that was removed are none", () => {
  expect(leavingHeaders({ source: "own", provider: "custom", headers }, [])).toHaveLength(0);
});

test("leavingHeaders() without credentials are the bytes as they were received", () => {
  const plain = received("X-A: 1\r\nx-a: caf\xe9\r\n");
  expect(leavingHeaders({ source: "academy", provider: "generic", headers: plain }, [])).toBe(
    plain,
  );
});

test.each([
  [
    "a provider's",
    "gitlab",
    "X-Gitlab-Token: secret\r\nX-Gitlab-Event: Push\r\n",
    "X-Gitlab-Event: Push\r\n",
  ],
  ["a recipe's", "custom", "Authorization: Basic x\r\nX-A: b\r\n", "X-A: b\r\n"],
  ["several of one name", "generic", "X-A: 1\r\nx-a: caf\xe9\r\n", "X-A: 1\r\nx-a: caf\xe9\r\n"],
  ["a secret of a handshake", "asana", "X-Hook-Secret: secret\r\nX-Other: 1\r\n", "X-Other: 1\r\n"],
  ["in the last line only", "generic", "X-A: 1\r\ncOOKIE: b\r\n", "X-A: 1\r\n"],
  ["one that a value names", "generic", "X-A: cookie: b\r\n", "X-A: cookie: b\r\n"],
  ["none", "generic", "", ""],
])("leavingHeaders() leave credentials out: %s", (_what, provider, block, left) => {
  const event = { source: "own", provider, headers: received(block) };
  expect(Buffer.from(leavingHeaders(event, [own]))).toEqual(received(left));
});

test("leavingHeaders() are what a handler sees", () => {
  const block = ["Authorization", "Basic eA==", "Cookie", "a=b", "X-Plain", "c"];
  const event = { source: "academy", provider: "generic", headers: formatHeaderBlock(block) };
  expect({ ...headerRecord(leavingHeaders(event, [])) }).toEqual({ "x-plain": "c" });
});

function forwarded(provider: string, ...headers: string[]): Record<string, string> {
  const event = { source: "own", provider, headers: formatHeaderBlock(headers) };
  return { ...headersForEndpoint(leavingHeaders(event, [own])) };
}

test("headersForEndpoint() are the provider's own, several of one name joined", () => {
  const headers = ["X-GitHub-Event", "push", "accept", "*/*", "X-A", "1", "x-a", "2", "ETag", "é"];
  expect(forwarded("github", ...headers)).toEqual({
    "x-github-event": "push",
    accept: "*/*",
    "x-a": "1, 2",
    etag: "é",
  });
});

test.each<[string, string[]]>([
  ["carries credentials", ["Authorization", "Cookie", "Proxy-Authorization"]],
  [
    "belongs to the connection",
    ["Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade"],
  ],
  ["belongs to a proxy", ["Proxy-Connection", "Proxy-Authenticate"]],
  ["is the request's own", ["Host", "Content-Length", "Expect", "User-Agent", "Content-Type"]],
  ["says what answer is understood", ["Accept-Encoding"]],
  [
    "says who sent it to us",
    ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"],
  ],
  ["is ours", ["webhook-id", "Webhook-Timestamp", "webhook-signature", "Hookgate-Anything"]],
  ["would be taken for ours", ["svix-id", "svix-timestamp", "Svix-Signature"]],
])("headersForEndpoint() leave out what %s", (_what, names) => {
  const headers = names.flatMap((name) => [name, "1"]);
  expect(forwarded("standard_webhooks", ...headers, "x-a", "1")).toEqual({ "x-a": "1" });
});

test("headersForEndpoint() leave out what Connection names, however it is written", () => {
  const headers = ["Connection", "close, X-Hop", "connection", " x-b,,", "x-hop", "1", "X-B", "1"];
  expect(forwarded("github", ...headers, "x-c", "1")).toEqual({ "x-c": "1" });
});

test("headersForEndpoint() leave out the credentials that a provider's file names", () => {
  const headers = ["x-gitlab-token", "secret", "x-gitlab-event", "Push Hook"];
  expect(forwarded("gitlab", ...headers)).toEqual({ "x-gitlab-event": "Push Hook" });
  const ownHeaders = ["authorization", "secret", "x-own", "1"];
  expect(forwarded("custom", ...ownHeaders)).toEqual({ "x-own": "1" });
});

test("headersForEndpoint() take a header for a header, even if it is called __proto__", () => {
  const headers = headersForEndpoint(formatHeaderBlock(["__proto__", "1"]));
  expect(Object.entries(headers)).toEqual([["__proto__", "1"]]);
});
