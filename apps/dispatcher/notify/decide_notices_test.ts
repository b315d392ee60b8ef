import type { Recipient } from "@hookgate/config";
import { NOTICE_KINDS } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import {
  CLAIM_MS,
  claimTelling,
  endTelling,
  followMatters,
  MESSAGE_EVERY_MS,
  toTell,
} from "./decide_notices.ts";
import type { Matter } from "./matters.ts";
import { messageOf } from "./message.ts";
import { EMPTY_BOOK, NOTICE_KEPT_MS, NOTICES_MAX, type NoticeBook } from "./notice_book.ts";

const MINUTE_MS = 60_000;
const START = 1_800_000_000_000;

function recipientOf(name: string, about: Recipient["about"] = NOTICE_KINDS): Recipient {
  return { name, about, target: { kind: "slack", url: "https://hooks.slack.com/a" } };
}

function matterOf(part: Partial<Matter> = {}): Matter {
  const words = {
    text: "crm is paused.",
    advice: "npx hookgate resume crm",
    path: "/subscriptions",
  };
  return { kind: "pause", subject: "crm", since: null, ...words, ...part };
}

/** A book that goes through time. */
class Bench {
  book: NoticeBook = EMPTY_BOOK;
  now = START;
  readonly recipients: Recipient[];

  constructor(...recipients: Recipient[]) {
    this.recipients = recipients.length > 0 ? recipients : [recipientOf("team")];
  }

  /** Time passes, these are so, and what is told to a recipient is returned. */
  look(
    afterMs: number,
    matters: readonly Matter[],
    { name = "team", error = null as string | null } = {},
  ) {
    this.now += afterMs;
    const { now, recipients } = this;
    this.book = followMatters(this.book, matters, { recipients, now });
    const told = toTell(this.book, { name }, now);
    if (told.length === 0) return [];
    this.book = claimTelling(this.book, name, { token: "a", now });
    this.book = endTelling(this.book, name, { token: "a", told, error, now }) ?? this.book;
    return told.map(({ notice, what }) => `${what} ${notice.kind} ${notice.subject}`);
  }
}

test("a matter is told once, and once more when it is over", () => {
  const bench = new Bench();
  expect(bench.look(0, [matterOf()])).toEqual(["began pause crm"]);
  for (let n = 0; n < 20; n += 1) expect(bench.look(MINUTE_MS, [matterOf()])).toEqual([]);
  expect(bench.look(MINUTE_MS, [])).toEqual(["over pause crm"]);
  for (let n = 0; n < 20; n += 1) expect(bench.look(MINUTE_MS, [])).toEqual([]);
  expect(bench.look(MINUTE_MS, [matterOf()])).toEqual(["began pause crm"]);
});

test("what comes soon after a message is told together, later", () => {
  const bench = new Bench();
  const dead = matterOf({ kind: "dead" });
  expect(bench.look(0, [matterOf()])).toEqual(["began pause crm"]);
  expect(bench.look(MINUTE_MS, [matterOf(), dead])).toEqual([]);
  expect(bench.look(MINUTE_MS, [dead, matterOf({ kind: "disk", subject: "" })])).toEqual([]);
  expect(bench.look(MESSAGE_EVERY_MS, [dead, matterOf({ kind: "disk", subject: "" })])).toEqual([
    "over pause crm",
    "began dead crm",
    "began disk ",
  ]);
});

test("what has begun and is over before it could be told is told as that", () => {
  const bench = new Bench();
  bench.look(0, [matterOf()]);
  bench.look(MINUTE_MS, [matterOf(), matterOf({ subject: "erp" })]);
  bench.look(MINUTE_MS, [matterOf()]);
  expect(bench.look(MESSAGE_EVERY_MS, [matterOf()])).toEqual(["passed pause erp"]);
  expect(bench.look(MESSAGE_EVERY_MS, [matterOf()])).toEqual([]);
});

test("a breaker that closes soon is not told, and one that opens again meanwhile is not over", () => {
  const bench = new Bench();
  const breaker = matterOf({ kind: "breaker" });
  expect(bench.look(0, [breaker])).toEqual([]);
  expect(bench.look(30_000, [])).toEqual([]);
  expect(bench.look(6 * MINUTE_MS, [])).toEqual([]);
  expect(bench.book.notices).toEqual([]);
  bench.look(0, [breaker]);
  expect(bench.look(MINUTE_MS, [breaker])).toEqual(["began breaker crm"]);
  for (let n = 0; n < 5; n += 1) {
    expect(bench.look(4 * MINUTE_MS, [])).toEqual([]);
    expect(bench.look(MINUTE_MS, [breaker])).toEqual([]);
  }
  bench.look(MINUTE_MS, []);
  expect(bench.look(5 * MINUTE_MS, [])).toEqual(["over breaker crm"]);
});

test("what ended and began anew between two looks is told as both", () => {
  const bench = new Bench();
  bench.look(0, [matterOf({ since: START - 1 })]);
  expect(bench.look(MESSAGE_EVERY_MS, [matterOf({ since: START - 1 })])).toEqual([]);
  expect(bench.look(MINUTE_MS, [matterOf({ since: START + MESSAGE_EVERY_MS })])).toEqual([
    "over pause crm",
    "began pause crm",
  ]);
});

test("what comes back without a new beginning is told as another thing, once", () => {
  const bench = new Bench();
  const matter = matterOf({ kind: "failure", since: START - 1_000 });
  const ids: string[] = [];
  const options = { recipient: "team", consoleUrl: null, environment: null, now: START };
  for (let n = 0; n < 3; n += 1) {
    bench.now += MESSAGE_EVERY_MS;
    const { now, recipients } = bench;
    const told = toTell(
      followMatters(bench.book, [matter], { recipients, now }),
      { name: "team" },
      now,
    );
    ids.push(messageOf(told, options).id);
    expect(bench.look(0, [matter])).toEqual(["began failure crm"]);
    expect(bench.look(MESSAGE_EVERY_MS, [])).toEqual(["over failure crm"]);
    expect(bench.look(MESSAGE_EVERY_MS, [])).toEqual([]);
  }
  expect(new Set(ids).size).toBe(3);
});

test("what is no news does not begin, but what was told is not over while it is there", () => {
  const bench = new Bench();
  const old = matterOf({ isOld: true });
  expect(bench.look(0, [old])).toEqual([]);
  expect(bench.look(MINUTE_MS, [matterOf()])).toEqual(["began pause crm"]);
  expect(bench.look(MESSAGE_EVERY_MS, [old])).toEqual([]);
  expect(bench.look(MINUTE_MS, [])).toEqual(["over pause crm"]);
});

test("each recipient is told what it wants, at its own pace", () => {
  const bench = new Bench(recipientOf("team"), recipientOf("pager", ["disk"]));
  const matters = [matterOf(), matterOf({ kind: "disk", subject: "" })];
  expect(bench.look(0, matters)).toEqual(["began pause crm", "began disk "]);
  expect(bench.look(0, matters, { name: "pager" })).toEqual(["began disk "]);
  expect(bench.look(MINUTE_MS, matters, { name: "pager" })).toEqual([]);
});

test("a message that cannot be sent is tried again, ever more rarely, and told with what came meanwhile", () => {
  const bench = new Bench();
  const failing = { error: "a.example.com answered 500" };
  const waits: number[] = [];
  let last = bench.now;
  const failingSince = last;
  for (let tries = 0; tries < 12; ) {
    const told = bench.look(tries === 0 ? 0 : 15_000, [matterOf()], failing);
    if (told.length === 0) continue;
    waits.push(bench.now - last);
    last = bench.now;
    tries += 1;
  }
  expect(waits.slice(1, 5)).toEqual([30_000, 60_000, 120_000, 240_000]);
  expect(Math.max(...waits)).toBe(3_600_000);
  expect(bench.book.recipients["team"]).toMatchObject({ failures: 12, ...failing, failingSince });
  expect(bench.look(3_600_000, [matterOf(), matterOf({ subject: "erp" })])).toHaveLength(2);
  expect(bench.book.recipients["team"]).toMatchObject({ failures: 0, error: "" });
});

test("while somebody sends nobody else does, and who lost the word changes nothing", () => {
  const bench = new Bench();
  const { recipients } = bench;
  const book = followMatters(EMPTY_BOOK, [matterOf()], { recipients, now: START });
  const told = toTell(book, { name: "team" }, START);
  const first = claimTelling(book, "team", { token: "first", now: START });
  expect(toTell(first, { name: "team" }, START + CLAIM_MS - 1)).toEqual([]);
  // It never came back: it is told again, with the same id.
  const again = toTell(first, { name: "team" }, START + CLAIM_MS);
  const options = { recipient: "team", consoleUrl: null, environment: null, now: START };
  expect(messageOf(again, options).id).toBe(messageOf(told, options).id);
  const second = claimTelling(first, "team", { token: "second", now: START + CLAIM_MS });
  const late = { token: "first", told, error: null, now: START + CLAIM_MS + 1 };
  expect(endTelling(second, "team", late)).toBeNull();
  expect(endTelling(second, "team", { ...late, token: "second" })?.notices[0]).toMatchObject({
    told: ["team"],
    untold: [],
  });
});

test("a clock that was set back by a day holds nothing up", () => {
  const bench = new Bench();
  bench.look(0, [matterOf()]);
  bench.now -= 86_400_000;
  expect(bench.look(0, [matterOf(), matterOf({ subject: "erp" })])).toEqual(["began pause erp"]);
});

test.each([50, 24 * 60])(
  "a clock that was set back by %d minutes keeps nothing back, nor open",
  (minutes) => {
    const bench = new Bench();
    const breaker = matterOf({ kind: "breaker" });
    bench.look(0, [matterOf()]);
    bench.look(6 * MINUTE_MS, [breaker]);
    expect(bench.look(-minutes * MINUTE_MS, [breaker]).at(-1)).toBe("began breaker crm");
    bench.look(6 * MINUTE_MS, []);
    bench.look(-minutes * MINUTE_MS, []);
    expect(bench.look(6 * MINUTE_MS, [])).toEqual(["over breaker crm"]);
  },
);

test("what ended while its message was on its way is told to be over", () => {
  const bench = new Bench();
  const { recipients } = bench;
  let book = followMatters(EMPTY_BOOK, [matterOf()], { recipients, now: START });
  const told = toTell(book, { name: "team" }, START);
  book = claimTelling(book, "team", { token: "a", now: START });
  book = followMatters(book, [], { recipients, now: START + 1 });
  book = endTelling(book, "team", { token: "a", told, error: null, now: START + 2 }) ?? book;
  const later = toTell(book, { name: "team" }, START + 2 + MESSAGE_EVERY_MS);
  expect(later.map(({ what }) => what)).toEqual(["over"]);
});

test("the book is bounded, forgets what is long over, and who left the configuration", () => {
  const bench = new Bench(recipientOf("team"), recipientOf("gone"));
  const many = Array.from({ length: NOTICES_MAX + 50 }, (_, n) => matterOf({ subject: `${n}` }));
  bench.look(0, many);
  expect(bench.book.notices).toHaveLength(NOTICES_MAX);
  bench.recipients.pop();
  bench.look(MINUTE_MS, many.slice(0, 3));
  expect(bench.book.notices.flatMap(({ untold }) => untold)).not.toContain("gone");
  expect(Object.keys(bench.book.recipients)).toEqual(["team"]);
  bench.look(NOTICE_KEPT_MS + 1, many.slice(0, 3));
  expect(bench.book.notices).toHaveLength(3);
});
