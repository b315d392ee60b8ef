import { expect, test } from "@jest/globals";
import { generic } from "../providers/generic.ts";
import { formatHeaderBlock } from "./format_header_block.ts";
import { visibleHeaders } from "./visible_headers.ts";

const RAW = [
  ...["Host", "localhost", "X-Forwarded-For", "192.0.2.1", "x-forwarded-for", "192.0.2.2"],
  ...["Authorization", "Basic abc", "COOKIE", "a=b", "Proxy-Authorization", "Basic def"],
  ...["X-Gitlab-Token", "hush", "X-Empty", ""],
];

test("visibleHeaders() names headers in lower case, joins values, leaves credentials out", () => {
  expect({ ...visibleHeaders(formatHeaderBlock(RAW), generic) }).toEqual({
    host: "localhost",
    "x-forwarded-for": "192.0.2.1, 192.0.2.2",
    "x-gitlab-token": "hush",
    "x-empty": "",
  });
});

test("visibleHeaders() leaves out what the provider calls a credential", () => {
  const provider = {
    ...generic,
    credentialHeaders: [...generic.credentialHeaders, "x-gitlab-token"],
  };
  const names = Object.keys(visibleHeaders(formatHeaderBlock(RAW), provider));
  expect(names).toEqual(["host", "x-forwarded-for", "x-empty"]);
});

test("visibleHeaders() leaves the common credentials out where the provider is unknown", () => {
  const text = JSON.stringify(visibleHeaders(formatHeaderBlock(RAW), null));
  expect(text).not.toMatch(/abc|a=b|def|authorization|cookie/i);
});

test("visibleHeaders() takes names of Object's for what they are", () => {
  const headers = visibleHeaders(
    formatHeaderBlock(["__proto__", "1", "constructor", "2", "__PROTO__", "3"]),
    null,
  );
  expect(Object.entries(headers)).toEqual([
    ["__proto__", "1, 3"],
    ["constructor", "2"],
  ]);
});

test("visibleHeaders() of nothing is nothing", () => {
  expect(Object.keys(visibleHeaders(new Uint8Array(), null))).toEqual([]);
});
