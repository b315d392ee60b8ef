import { formatHeaderBlock } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import { forwardedHeaders } from "./forwarded_headers.ts";

function forwarded(provider: string, ...headers: string[]): Record<string, string> {
  return { ...forwardedHeaders(formatHeaderBlock(headers), { provider }) };
}

test("forwardedHeaders() are the provider's own, several of one name joined", () => {
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
])("forwardedHeaders() leave out what %s", (_what, names) => {
  const headers = names.flatMap((name) => [name, "1"]);
  expect(forwarded("standard_webhooks", ...headers, "x-a", "1")).toEqual({ "x-a": "1" });
});

test("forwardedHeaders() leave out what Connection names, however it is written", () => {
  const headers = ["Connection", "close, X-Hop", "connection", " x-b,,", "x-hop", "1", "X-B", "1"];
  expect(forwarded("github", ...headers, "x-c", "1")).toEqual({ "x-c": "1" });
});

test("forwardedHeaders() leave out the credentials that a provider's file names", () => {
  const headers = ["x-gitlab-token", "secret", "x-gitlab-event", "Push Hook"];
  expect(forwarded("gitlab", ...headers)).toEqual({ "x-gitlab-event": "Push Hook" });
  const own = ["authorization", "secret", "x-own", "1"];
  expect(forwarded("of_my_own", ...own)).toEqual({ "x-own": "1" });
});

test("forwardedHeaders() take a header for a header, whatever it is called", () => {
  const headers = forwardedHeaders(formatHeaderBlock(["__proto__", "1"]), { provider: "github" });
  expect(Object.entries(headers)).toEqual([["__proto__", "1"]]);
});
