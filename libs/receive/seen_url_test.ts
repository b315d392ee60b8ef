import { expect, test } from "@jest/globals";
import { seenUrl, signedUrl } from "./seen_url.ts";

const PROXY = { "x-forwarded-proto": "https", "x-forwarded-host": "hooks.example.com" };

test.each<[string, Record<string, string>, string, boolean, string]>([
  ["what the client called", {}, "/a?b=c", false, "http://inside:8080/a?b=c"],
  ["a stranger's headers count for nothing", PROXY, "/a", false, "http://inside:8080/a"],
  ["a trusted proxy's count", PROXY, "/a?b=%20c", true, "https://hooks.example.com/a?b=%20c"],
  [
    "the proxy says only the scheme",
    { "x-forwarded-proto": "HTTPS" },
    "/",
    true,
    "https://inside:8080/",
  ],
  [
    "several proxies: the outermost",
    { "x-forwarded-proto": "https, http", "x-forwarded-host": "a.example, b.example" },
    "/",
    true,
    "https://a.example/",
  ],
  [
    "with a port",
    { ...PROXY, "x-forwarded-host": "a.example:8443" },
    "/",
    true,
    "https://a.example:8443/",
  ],
  [
    "IPv6",
    { ...PROXY, "x-forwarded-host": "[2001:db8::1]:1" },
    "/",
    true,
    "https://[2001:db8::1]:1/",
  ],
  ["no scheme", { "x-forwarded-proto": "javascript" }, "/", true, "http://inside:8080/"],
  ["no host", { "x-forwarded-host": "a/b?c" }, "/", true, "http://inside:8080/"],
  ["the form for proxies", {}, "http://other.example/a?b", false, "http://inside:8080/a?b"],
])("seenUrl(): %s", (_, headers, url, proxied, expected) => {
  const rawHeaders = Object.entries({ host: "inside:8080", ...headers }).flat();
  expect(seenUrl({ target: url, rawHeaders }, { proxied })).toBe(expected);
});

test.each<[string, string, string]>([
  ["https://a.example/x", "/y", "https://a.example/x"],
  ["https://a.example/x", "/y?b=1&a=%2F", "https://a.example/x?b=1&a=%2F"],
  ["https://a.example", "/?", "https://a.example?"],
  ["https://a.example/x/", "/y?a?b", "https://a.example/x/?a?b"],
])("signedUrl() is the public URL %s with the query of %s", (publicUrl, url, expected) => {
  expect(signedUrl(url, publicUrl)).toBe(expected);
  expect(signedUrl(`http://inside${url}`, publicUrl)).toBe(expected);
});

test("signedUrl() is the URL as it was seen if the source has no public one", () => {
  expect(signedUrl("http://inside/a?b", null)).toBe("http://inside/a?b");
});
