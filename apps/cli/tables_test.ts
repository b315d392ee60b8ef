import type { AdminHandlers } from "@hookgate/rpc";
import { deliveryToMessage, eventToMessage, replayToMessage } from "@hookgate/rpc";
import { makeEvent } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { widthOf } from "./show/cells.ts";
import { endedDelivery, runningReplay } from "./suite/fixtures.ts";
import { type ScriptedDispatcher, startScriptedDispatcher } from "./suite/scripted_dispatcher.ts";

const NOW = Date.now();
const HEX = "0123456789abcdef".repeat(2);

/** Texts that take more cells, or fewer, than they have characters, and those that would act on a terminal. */
const TEXTS: Readonly<Record<string, string>> = {
  words: "a name that somebody has given it, and that goes on for longer than any line has room",
  "one word": "x".repeat(150),
  Chinese: "東京の顧客の注文が見つかりません".repeat(6),
  Korean: "\u1112\u1161\u11ab\u1100\u1173\u11af".repeat(30),
  marks: "e\u0301a\u0308\u0323".repeat(60),
  emoji: "👩\u200d🔬🏽❤\ufe0f🇯🇵1\ufe0f\u20e3".repeat(15),
  bidi: "user\u202egnp.exe \u2066שלום\u2069.".repeat(8),
  ANSI: "\u001b[31mred\u001b[0m\u0007\r\n".repeat(10),
};

let text = "";
let dispatcher: ScriptedDispatcher;

/** One of everything that is listed, with the text wherever one from outside may stand. */
function handlers(): Partial<AdminHandlers> {
  const of = (make: () => unknown) => (async () => make()) as never;
  const counts = { received: 1_234_567, processed: 1_234_567, refused: 1_234_567, dead: 1_234_567 };
  const times = { count: 1, meanMs: 1, p50Ms: 1_234, p95Ms: 12_345, p99Ms: 1_234_567 };
  const requests = { requests: 1_234_567, attempts: 1_234_567, failedAttempts: 1_234_567 };
  const point = { ...counts, ...requests, atMs: NOW, retried: 1_234_567, duplicates: 1_234_567 };
  const total = { ...point, attemptTimes: times, answerTimes: times };
  const event = () => ({
    event: eventToMessage(
      makeEvent({ source: text, type: text, flags: ["may_repeat", "seen_before", "protected"] }),
    ),
    bodyBytes: 1,
    deliveries: [
      deliveryToMessage(endedDelivery({ subscription: text, state: "dead", reason: text })),
    ],
  });
  const failure = () => ({
    ...{ id: `flr_${HEX}`, subscription: text, kind: "failed", errorClass: "E", message: text },
    ...{ target: text, frame: text, fileSha256: "", state: "acknowledged", returned: true },
    ...{ attempts: 1_234_567, dead: 1_234_567, lastHour: 1_234_567, hourBefore: 1_234_567 },
    ...{
      firstAtMs: 1,
      lastAtMs: 1,
      stateAtMs: 1,
      deliveryId: `dlv_${HEX}`,
      eventId: `evt_${HEX}`,
      error: text,
    },
  });
  const quarantined = () => ({
    ...{ id: `qtn_${HEX}`, source: text, reason: "no_match", receivedAtMs: NOW },
    ...{ diagnosis: [text], headers: new Uint8Array(), body: new Uint8Array() },
  });
  return {
    listEvents: of(() => ({ events: [event()] })),
    listFailures: of(() => ({ failures: [failure()] })),
    listReplays: of(() => ({
      replays: [replayToMessage(runningReplay({ reason: text, expected: 1_234_567 }))],
    })),
    listProposals: of(() => ({
      proposals: [
        {
          ...{ id: `prp_${HEX}`, state: "waiting", by: text, atMs: 1, expiresAtMs: NOW + 9e9 },
          ...{ summary: text, reason: text },
        },
      ],
    })),
    listSubscriptions: of(() => ({
      backlogCountedMax: 100_000,
      subscriptions: [
        {
          ...{ name: text, kind: "subscriber", target: text, types: [text], running: 1_234_567 },
          ...{ backlog: 1_234_567, oldestDueAtMs: 1, breaker: "half-open" },
          pause: { by: "operator", reason: text, atMs: 1 },
        },
      ],
    })),
    listSources: of(() => ({
      sources: [
        {
          ...{ name: text, provider: text, lastReceivedAtMs: 1, day: total, ackDeadlineMs: 30_000 },
          silence: { sinceMs: 1, type: text, expected: 9, problem: text },
        },
      ],
    })),
    listSecrets: of(() => ({
      secrets: [
        {
          ...{
            source: text,
            secretId: text,
            state: "retiring",
            untilMs: NOW,
            share: 0.999,
            advice: text,
          },
          use: { uses: 1_234_567, lastUsedAtMs: 1 },
        },
      ],
    })),
    listAudit: of(() => ({
      entries: [
        {
          ...{ id: "", atMs: NOW, caller: text, action: "release_quarantined", target: text },
          ...{ reason: text, outcome: text },
        },
      ],
    })),
    listChanges: of(() => ({
      changes: [{ atMs: NOW, kind: "configuration", subject: text, text }],
    })),
    listQuarantine: of(() => ({ requests: [quarantined()] })),
    listNotices: of(() => ({
      recipients: [
        {
          ...{ name: text, kind: "endpoint", lastSentAtMs: 1, failures: 1_234, error: text },
          ...{ nextTryAtMs: NOW, untold: 1_234_567 },
        },
      ],
      notices: [],
    })),
    sendTestNotice: of(() => ({
      results: [{ recipient: text, kind: "endpoint", ok: true, answer: text }],
    })),
    getMetricSeries: of(() => ({ series: [{ name: text, total, points: [] }] })),
    find: of(() => ({ found: [{ what: "event", id: `evt_${HEX}`, event: event() }] })),
    getHealth: of(() => ({
      ...{ status: "HEALTH_STATUS_HEALTHY", failureRate: 0, queueSize: 0, lastProcessedAtMs: 1 },
      faults: [{ whose: "handler", name: text, problem: text, advice: "", sinceMs: 1, untilMs: 2 }],
    })),
    createReplay: of(() => ({
      ...{ matched: 1, countedAll: true, notes: [], replay: null },
      bySubscription: [{ subscription: text, deliveries: 1_234_567 }],
    })),
  };
}

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher(handlers());
});
afterAll(() => dispatcher.close());

/** Every command that writes a table. */
const COMMANDS = [
  "events",
  "events --state dead",
  "dead",
  "failures",
  "replays",
  "approve",
  "subscriptions",
  "sources",
  "secrets",
  "audit",
  "changes",
  "quarantine list",
  "notify",
  "notify test",
  "metrics --by source",
  "metrics --by reason",
  "find evt_1",
  "replay --state dead --dry-run",
];

test.each(COMMANDS)(
  "hookgate %s fits into every terminal, and is whole in a pipe",
  async (command) => {
    for (const [what, given] of Object.entries(TEXTS)) {
      text = given;
      const args = command.split(" ");
      for (const columns of [80, 100, 200]) {
        const { code, out, err } = await dispatcher.call(args, { columns });
        expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
        const wide = out.split("\n").filter((line) => widthOf(line) > columns);
        expect({ what, columns, wide }).toEqual({ what, columns, wide: [] });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not come.
        expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\p{Cf}]/u);
      }
      const piped = (await dispatcher.call(args)).out;
      expect(piped).toContain(shown(given));
      expect(piped).not.toContain("…");
    }
  },
);

test.each([...COMMANDS, "health"])("hookgate %s --json has no notes of gRPC", async (command) => {
  text = "a text";
  const { code, out } = await dispatcher.call([...command.split(" "), "--json"]);
  expect([code, out]).toEqual([0, expect.stringContaining("{")]);
  expect(out).not.toContain('"_');
});

/** As it stands in a table: what would act is escaped. */
function shown(given: string): string {
  return given.replace(/[\p{Cc}\p{Cf}]/gu, (character) => {
    const named: Record<string, string> = { "\n": "\\n", "\r": "\\r" };
    return named[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
