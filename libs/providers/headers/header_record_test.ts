import { expect, test } from "@jest/globals";
import { formatHeaderBlock } from "./header_block.ts";
import { headerRecord } from "./header_record.ts";

const RAW = [
  ...["Host", "localhost", "X-Forwarded-For", "192.0.2.1", "x-forwarded-for", "192.0.2.2"],
  ...["X-Gitlab-Token", "hush", "X-Empty", ""],
];

test("headerRecord() names headers in lower case and joins values", () => {
  expect({ ...headerRecord(formatHeaderBlock(RAW)) }).toEqual({
    host: "localhost",
    "x-forwarded-for": "192.0.2.1, 192.0.2.2",
    "x-gitlab-token": "hush",
    "x-empty": "",
  });
});

test("headerRecord() treats names of Object's like any other", () => {
  const headers = headerRecord(
    formatHeaderBlock(["__proto__", "1", "constructor", "2", "__PROTO__", "3"]),
  );
  expect(Object.entries(headers)).toEqual([
    ["__proto__", "1, 3"],
    ["constructor", "2"],
  ]);
});

test("headerRecord() of nothing is nothing", () => {
  expect(Object.keys(headerRecord(new Uint8Array()))).toEqual([]);
});
