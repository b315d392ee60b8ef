import { type OpenSubscriptionMessage, RpcError } from "@hookgate/rpc";
import { expect, test } from "@jest/globals";
import { readOpen } from "./read_open.ts";

const OPEN: OpenSubscriptionMessage = {
  subscription: "crm",
  types: [],
  sources: [],
  startPosition: "START_POSITION_UNSPECIFIED",
  startTimeMs: 0,
  outstandingEventsMax: 0,
  outstandingBytesMax: 0,
  change: false,
};

const MIB = 1024 * 1024;

test.each<[string, Partial<OpenSubscriptionMessage>, object]>([
  ["nothing but a name", {}, { from: null, limits: { deliveries: 100, bytes: 8 * MIB } }],
  ["a long name", { subscription: "a.B-9_".repeat(16) }, { name: "a.B-9_".repeat(16) }],
  ["patterns", { types: ["a.*"], sources: ["s/*"] }, { types: ["a.*"], sources: ["s/*"] }],
  ["now", { startPosition: "START_POSITION_NOW", startTimeMs: 5 }, { from: null }],
  ["the earliest", { startPosition: "START_POSITION_EARLIEST" }, { from: 0 }],
  ["a time", { startPosition: "START_POSITION_TIME", startTimeMs: 5 }, { from: 5 }],
  [
    "the least",
    { outstandingEventsMax: 1, outstandingBytesMax: 1 },
    { limits: { deliveries: 1, bytes: 1 } },
  ],
  [
    "the most",
    { outstandingEventsMax: 10_000, outstandingBytesMax: 64 * MIB },
    { limits: { deliveries: 10_000, bytes: 64 * MIB } },
  ],
])("readOpen() reads %s", (_what, open, read) => {
  expect(readOpen({ ...OPEN, ...open })).toMatchObject(read);
});

test.each<[string, Partial<OpenSubscriptionMessage> | null, RegExp]>([
  ["nothing", null, /the first message has to open a subscription/],
  ["no name", { subscription: "" }, /subscription needs 1 to 100 letters/],
  ["a name that is too long", { subscription: "x".repeat(101) }, /subscription needs/],
  ["a name with a slash", { subscription: "a/b" }, /subscription needs/],
  ["a name with a line break", { subscription: "a\n" }, /subscription needs/],
  ["too many types", { types: Array(101).fill("a") }, /types are at most 100/],
  ["too many sources", { sources: Array(101).fill("a") }, /sources are at most 100/],
  ["an empty type", { types: ["a", ""] }, /"" cannot be one of types: it needs 1 to 200 charac/],
  ["a type of stars", { types: ["******"] }, /"\*{6}" cannot be one of types/],
  ["a source with a line break", { sources: ["a\n"] }, /"a\\n" cannot be one of sources/],
  ["a later position", { startPosition: 17 as never }, /start_position 17 is not known here/],
  ["a time without one", { startPosition: "START_POSITION_TIME" }, /needs start_time_ms/],
  [
    "a time before time",
    { startPosition: "START_POSITION_TIME", startTimeMs: -1 },
    /needs start_time_ms/,
  ],
  ["fewer than no events", { outstandingEventsMax: -1 }, /outstanding_events_max is 1 to 10000/],
  ["too many events", { outstandingEventsMax: 10_001 }, /outstanding_events_max is 1 to 10000/],
  ["fewer than no bytes", { outstandingBytesMax: -1 }, /outstanding_bytes_max is 1 to 67108864/],
  ["too many bytes", { outstandingBytesMax: 64 * MIB + 1 }, /outstanding_bytes_max is 1 to/],
])("readOpen() refuses %s", (_what, open, message) => {
  const read = () => readOpen(open && { ...OPEN, ...open });
  expect(read).toThrow(RpcError);
  expect(read).toThrow(message);
  expect(read).toThrow(/^Cannot subscribe: /);
});
