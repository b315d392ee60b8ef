import { findProvider } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import type { SourceFacts } from "../sources/source_facts.ts";
import { noCounts } from "../store/contract/buckets.ts";
import type { FailureGroup } from "../store/contract/failures.ts";
import { exampleSource } from "../suite/example_source.ts";
import { noJumps } from "../suite/no_jumps.ts";
import { type MatterFacts, mattersOf } from "./matters.ts";
import { messageOf, messageText } from "./message.ts";

const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

function told(part: Partial<MatterFacts>) {
  return mattersOf({
    subscriptions: [storedSubscription("crm")],
    active: new Map(),
    counts: [],
    failing: new Set(),
    failures: [],
    sources: [],
    secrets: [],
    diskHasRoom: true,
    passed: noJumps({ now: () => NOW }),
    ...part,
  });
}

function sourceOf(part: Partial<SourceFacts>): SourceFacts {
  const provider = findProvider("generic");
  if (!provider) throw new Error("there is no such provider");
  const patience = {} as SourceFacts["patience"];
  const nothing = { lastAt: null, silence: null, quietTypes: [], handshake: null };
  return { source: exampleSource(), provider, patience, ...nothing, ...part };
}

function groupOf(part: Partial<FailureGroup> = {}): FailureGroup {
  return {
    id: `flr_${"0".repeat(32)}`,
    kind: "failed",
    errorClass: "500",
    message: "crm.example.com answered …",
    frame: "",
    target: "https://crm.example.com/?key=hunter2",
    fileSha256: "",
    subscription: "crm",
    firstAt: NOW - 60_000,
    lastAt: NOW - 1_000,
    attempts: 12,
    dead: 1,
    slots: {},
    mark: null,
    sample: { deliveryId: "", eventId: "", error: "" },
    ...part,
  };
}

const mark = { at: NOW - 10_000, by: "ana", reason: "" };

test("mattersOf() says nothing where nothing is wrong", () => {
  expect(told({})).toEqual([]);
});

test("mattersOf() says that the disk is full, and what to do", () => {
  expect(told({ diskHasRoom: false })).toMatchObject([
    { kind: "disk", subject: "", text: expect.stringContaining("refused with 503") },
  ]);
});

test.each([
  ["operator", "crm is paused by an operator: it is moved. Its deliveries wait."],
  [
    "endpoint",
    "crm is paused because its endpoint says that it is gone: it is moved. Its deliveries wait.",
  ],
  [
    "backlog",
    "crm is paused because its backlog is over its bound, and it gets nothing new: it is moved. Its deliveries wait.",
  ],
] as const)("mattersOf() tells a pause by %s, with the command that ends it", (by, text) => {
  const paused = { by, reason: "it is\nmoved", at: NOW - 5_000 };
  const advice = "npx hookgate resume crm";
  expect(told({ subscriptions: [{ ...storedSubscription("crm"), paused }] })).toEqual([
    { kind: "pause", subject: "crm", since: NOW - 5_000, text, advice, path: "/subscriptions" },
  ]);
});

test.each(["configuration", "deletion"] as const)(
  "mattersOf() keeps quiet about a pause by %s, which was somebody's plan",
  (by) => {
    expect(told({ subscriptions: [storedSubscription("crm", { pausedBy: by })] })).toEqual([]);
  },
);

test.each(["open", "half_open"] as const)("mattersOf() tells a breaker that is %s", (breaker) => {
  expect(told({ active: new Map([["crm", { breaker }]]) })).toMatchObject([
    { kind: "breaker", subject: "crm" },
  ]);
});

test.each([
  ["has closed at a start, while nothing has succeeded since", {}, null],
  ["is of a subscription that was paused meanwhile", { active: "open" }, "operator"],
] as const)(
  "mattersOf() does not say that a breaker is over that %s",
  (_, { active }: { active?: "open" }, by) => {
    const matters = told({
      subscriptions: [storedSubscription("crm", by === null ? {} : { pausedBy: by })],
      active: new Map(active ? [["crm", { breaker: active }]] : []),
      failing: new Set(active ? [] : ["crm"]),
    });
    expect(matters.filter(({ kind }) => kind === "breaker")).toMatchObject([{ isOld: true }]);
  },
);

test("mattersOf() counts dead deliveries by subscription", () => {
  const counts = { ...noCounts(), attempts: 9, failed: 3 };
  expect(told({ counts: [{ at: 0, name: "crm", counts }] })).toMatchObject([
    {
      kind: "dead",
      text: "3 deliveries for crm ended dead within an hour: nobody tries them again.",
      advice: "npx hookgate dead --subscription crm",
      path: "/events?state=dead&subscription=crm",
    },
  ]);
});

test.each<[string, Partial<FailureGroup>, object[]]>([
  [
    "new",
    {},
    [
      {
        since: null,
        text: "crm fails with 500: crm.example.com answered … (12 failed attempts, 1 dead delivery).",
      },
    ],
  ],
  [
    "back",
    { mark: { ...mark, state: "resolved" } },
    [
      {
        since: mark.at,
        text: expect.stringContaining("fails with 500 again, after it was resolved"),
      },
    ],
  ],
  [
    "a handler's, whose message names its class",
    { errorClass: "TypeError", message: "TypeError: no card" },
    [{ text: "crm fails: TypeError: no card (12 failed attempts, 1 dead delivery)." }],
  ],
  ["known", { mark: { ...mark, state: "acknowledged" } }, [{ isOld: true }]],
  ["hours old", { lastAt: NOW - 2 * HOUR_MS }, [{ isOld: true }]],
  ["a day old", { lastAt: NOW - 25 * HOUR_MS }, []],
  ["resolved", { mark: { ...mark, at: NOW, state: "resolved" } }, []],
])("mattersOf() of a failure that is %s", (_, part, expected) => {
  const matters = told({ failures: [groupOf(part)] });
  expect(matters).toMatchObject(expected);
  expect(JSON.stringify(matters)).not.toContain("hunter2");
});

test("mattersOf() tells a silence and a handshake that stopped, since the last good sign", () => {
  const silence = { since: NOW - 9 * HOUR_MS, expected: 41.7, type: "" };
  const quietTypes = [{ ...silence, type: "payment.\nsuccess" }];
  const handshake = { everyMs: HOUR_MS, problem: "late", lastOkAt: NOW - 2 * HOUR_MS } as const;
  expect(
    told({ sources: [sourceOf({ silence, quietTypes }), sourceOf({ handshake })] }),
  ).toMatchObject([
    {
      kind: "silence",
      subject: "academy",
      since: silence.since,
      text: "No events from academy. It has gone quiet: about 42 events come in such a time by habit.",
    },
    { kind: "silence", subject: "academy payment. success", since: silence.since },
    { kind: "handshake", subject: "academy", since: handshake.lastOkAt },
  ]);
});

test("mattersOf() tells that a secret can be removed, but not of one that is revoked on purpose", () => {
  const secret = {
    ...{ source: "academy", secretId: "2025", delivery: null, until: null, use: null, share: 0 },
    ...{ safeToDrop: true, advice: "It was never used, and another one is in use." },
  };
  expect(
    told({
      secrets: [
        { ...secret, state: "retiring" },
        { ...secret, state: "revoked" },
        { ...secret, state: "retiring", safeToDrop: false },
      ],
    }),
  ).toMatchObject([
    {
      kind: "secret",
      subject: "academy 2025",
      text: "Secret 2025 of academy can be removed. It was never used, and another one is in use.",
      advice: "npx hookgate secrets --source academy",
    },
  ]);
});

test("a message is bounded, whatever errors events have caused, and has lines that nothing breaks", () => {
  const message = `\u202eevil\u0000\r\nBcc: <a@b>${"x".repeat(100_000)}`;
  const failures = Array.from({ length: 150 }, (_, n) =>
    groupOf({ id: `flr_${String(n).padStart(32, "0")}`, message }),
  );
  const notices = told({ failures }).map((matter) => ({
    notice: {
      ...matter,
      beganAt: NOW,
      goneAt: null,
      endedAt: null,
      told: [],
      untold: [],
      endUntold: [],
    },
    what: "began" as const,
  }));
  const options = {
    recipient: "team",
    consoleUrl: "https://c.example.com",
    environment: "production",
    now: NOW,
  };
  const made = messageOf(notices, options);
  expect([made.lines.length, made.more]).toEqual([20, 130]);
  expect(made.title).toMatch(
    /^Hookgate production: crm fails with 500: evil Bcc: <a@b>x+… \(and 149 more\)$/,
  );
  expect(made.title.length).toBeLessThan(220);
  const text = messageText(made);
  expect(text.length).toBeLessThan(10_000);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text.split("\n").filter((line) => line.startsWith("Bcc"))).toEqual([]);
  expect(text).toContain("https://c.example.com/failures/flr_0000");
  expect(text).toContain("And 130 more: npx hookgate notify shows all.");
});
