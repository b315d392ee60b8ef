import { expect, test } from "@jest/globals";
import { chooseShare, exceededBound, type Share, shareOf } from "./decide_quarantine.ts";
import { QUARANTINE_BYTES_MAX, QUARANTINE_REQUESTS_MAX } from "./quarantine.ts";

test("exceededBound() names the bound that is exceeded, bytes first", () => {
  const full = { requests: QUARANTINE_REQUESTS_MAX, bytes: QUARANTINE_BYTES_MAX };
  expect(exceededBound(full)).toBeNull();
  expect(exceededBound({ ...full, requests: full.requests + 1 })).toBe("requests");
  expect(exceededBound({ ...full, bytes: full.bytes + 1 })).toBe("bytes");
  expect(exceededBound({ requests: full.requests + 1, bytes: full.bytes + 1 })).toBe("bytes");
});

const flood: Share = { share: "198.51.100.9", requests: 3, bytes: 3_000, oldest: "qtn_3" };
const provider: Share = { share: "203.0.113.7", requests: 20, bytes: 200, oldest: "qtn_1" };

test("chooseShare() takes the share that holds the most of what is short", () => {
  expect(chooseShare([provider, flood], "bytes")).toBe(flood);
  expect(chooseShare([flood, provider], "requests")).toBe(provider);
  expect(chooseShare([], "bytes")).toBeNull();
});

test("chooseShare() takes the oldest of those that hold the same", () => {
  const others = ["qtn_5", "qtn_2", "qtn_4"].map((oldest) => ({ ...flood, oldest }));
  expect(chooseShare([flood, ...others], "bytes")?.oldest).toBe("qtn_2");
});

test("shareOf() counts an IPv6 /64 as one sender", () => {
  expect(shareOf("2001:db8::1")).toBe(shareOf("2001:db8::ffff"));
  expect(shareOf("192.0.2.1")).not.toBe(shareOf("192.0.2.2"));
});
