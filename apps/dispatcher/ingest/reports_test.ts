import { quarantinedToMessage, type ReportRequest } from "@hookgate/rpc";
import { createLog } from "@hookgate/telemetry";
import { enrolledSecretId, type QuarantinedRequest, type Source } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { EDGE_IS_THERE } from "../store/contract/buckets.ts";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import { exampleRefused } from "../suite/example_refused.ts";
import { exampleSource } from "../suite/example_source.ts";
import { Reports, type ReportsOptions } from "./reports.ts";

const NOW = 1_763_950_000_000;
const NOTHING: ReportRequest = { refused: [], secretUses: [], handshakes: [], enrolled: [] };

/** Reports over a store that keeps what it is given in lists. */
function makeReports(
  options: Partial<ReportsOptions["store"]> &
    Pick<Partial<ReportsOptions>, "diagnose" | "delay" | "startDiagnosing"> = {},
) {
  const { diagnose = () => [], delay = async () => {}, startDiagnosing, ...changes } = options;
  const calls: [name: string, value: unknown][] = [];
  const note = (name: string) => async (value: unknown) => void calls.push([name, value]);
  const store: ReportsOptions["store"] = {
    now: () => NOW,
    async quarantine(requests) {
      calls.push(["quarantine", requests]);
      return requests.length;
    },
    recordSecretUses: note("uses"),
    recordHandshakes: note("handshakes"),
    recordRequests: note("requests"),
    async enrol(enrolled) {
      calls.push(["enrol", enrolled]);
      return true;
    },
    enrolments: async () => [],
    ...changes,
  };
  const clock = { ms: 0 };
  const logged: string[] = [];
  const sources: Source[] = [exampleSource(), exampleSource({ name: "other" })];
  const reports = new Reports({
    store,
    sources: () => sources,
    diagnose,
    ...(startDiagnosing && { startDiagnosing: () => startDiagnosing() }),
    delay,
    clock: () => clock.ms,
    log: createLog({
      name: "test",
      level: "info",
      destination: { write: (line: string) => void logged.push(line) },
    }),
  });
  const kept = () =>
    calls
      .filter(([name]) => name === "quarantine")
      .flatMap(([, value]) => value as QuarantinedRequest[]);
  return { reports, calls, kept, clock, sources, logged };
}

function refusedOf(count: number, changes: Partial<QuarantinedRequest> = {}) {
  return Array.from({ length: count }, () => quarantinedToMessage(exampleRefused(changes)));
}

test("report() keeps refused requests, diagnosed, and nothing that the edge says of either", async () => {
  const asked: unknown[] = [];
  const { reports, kept, sources } = makeReports({
    diagnose(request, options) {
      asked.push([request.id, options]);
      return ["It matches the secret of other."];
    },
  });
  const request = exampleRefused({ diagnosis: ["made up"], releasedAs: "evt_made_up" });
  const answer = await reports.report({ ...NOTHING, refused: [quarantinedToMessage(request)] });
  expect(answer).toEqual({ refusedKept: 1, enrolmentsOpen: [], enrolled: [], trials: [] });
  expect(kept()).toEqual([
    {
      ...request,
      headers: Buffer.from(request.headers),
      body: Buffer.from(request.body),
      diagnosis: ["It matches the secret of other."],
      releasedAs: null,
    },
  ]);
  expect(asked).toEqual([[request.id, { source: sources[0], sources, now: NOW }]]);
});

test("report() has requests diagnosed with the secrets that enrolments delivered, too", async () => {
  const asked: (readonly Source[])[] = [];
  const { reports, sources } = makeReports({
    diagnose(_, { source, sources }) {
      expect(sources).toContain(source);
      asked.push(sources);
      return [];
    },
    enrolments: async () => [
      { source: "academy", openUntil: null, secrets: ["delivered"], deliveries: [null] },
    ],
  });
  await reports.report({ ...NOTHING, refused: [quarantinedToMessage(exampleRefused())] });
  const [academy, other] = sources;
  const delivered = { id: enrolledSecretId("delivered"), value: "delivered" };
  expect(asked).toEqual([
    [
      {
        ...academy,
        secrets: [...(academy?.secrets ?? []), { ...delivered, state: "active", until: null }],
      },
      other,
    ],
  ]);
});

test("report() leaves nine tenths of the store's time to others, also from one report to the next", async () => {
  const waited: number[] = [];
  const sizes: number[] = [];
  let tookMs = 10;
  const { reports, clock } = makeReports({
    async quarantine(requests) {
      clock.ms += tookMs;
      sizes.push(requests.reduce((sum, { body }) => sum + body.length, 0));
      return requests.length;
    },
    async delay(ms) {
      waited.push(ms);
      clock.ms += ms;
    },
  });
  const large = { refused: refusedOf(3, { body: new Uint8Array(200 * 1024) }) };
  await reports.report({ ...NOTHING, ...large });
  await reports.report({ ...NOTHING, ...large });
  expect(sizes).toEqual(Array(6).fill(200 * 1024));
  expect(waited).toEqual(Array(5).fill(90));
  // A slow store is no reason to keep the edge waiting.
  tookMs = 1_000;
  await reports.report({ ...NOTHING, ...large });
  expect(waited).toEqual([...Array(6).fill(90), 200, 200]);
  clock.ms += 200;
  await reports.report({ ...NOTHING, refused: refusedOf(1) });
  expect(waited).toHaveLength(8);
});

test("report() records handshakes and uses of secrets, of known sources alone", async () => {
  const { reports, calls } = makeReports();
  const use = { source: "academy", secretId: "1", uses: 3, firstUsedAtMs: 5, lastUsedAtMs: 9 };
  await reports.report({
    ...NOTHING,
    handshakes: [
      { source: "academy", atMs: 7, ok: false },
      { source: "nobody", atMs: 7, ok: true },
    ],
    secretUses: [
      use,
      { ...use, source: "nobody" },
      { ...use, uses: 0 },
      { ...use, secretId: "" },
      { ...use, secretId: "x".repeat(201) },
      { ...use, firstUsedAtMs: 10 },
    ],
  });
  expect(calls).toEqual([
    ["handshakes", [{ source: "academy", at: 7, ok: false }]],
    ["uses", [{ source: "academy", secretId: "1", uses: 3, firstUsedAt: 5, lastUsedAt: 9 }]],
  ]);
});

test("report() writes nothing where there is nothing, and answers which enrolments are open", async () => {
  const { reports, calls } = makeReports({
    enrolments: async () => [
      { source: "academy", openUntil: NOW + 1, secrets: ["one", "two"], deliveries: [null, null] },
      { source: "other", openUntil: NOW, secrets: [], deliveries: [] },
      { source: "third", openUntil: null, secrets: ["three"], deliveries: [null] },
    ],
  });
  expect(await reports.report(NOTHING)).toEqual({
    refusedKept: 0,
    enrolmentsOpen: ["academy"],
    trials: [],
    enrolled: [
      { source: "academy", value: "one" },
      { source: "academy", value: "two" },
      { source: "third", value: "three" },
    ],
  });
  expect(calls).toEqual([]);
});

test.each([
  [true, "delivered secret enrolled"],
  [false, "no enrolment is open"],
])("report() gives a delivered secret to the store, which keeps it: %s", async (open, line) => {
  const enrolled: unknown[] = [];
  const { reports, logged } = makeReports({
    async enrol(one) {
      enrolled.push(one);
      return open;
    },
  });
  await reports.report({
    ...NOTHING,
    enrolled: [
      { source: "academy", value: "delivered-secret", word: "sesame", address: "192.0.2.7" },
      { source: "academy", value: "" },
      { source: "academy", value: "x".repeat(4_097) },
      { source: "nobody", value: "delivered-secret" },
    ],
  });
  expect(enrolled).toEqual([
    { source: "academy", secret: "delivered-secret", word: "sesame", address: "192.0.2.7" },
  ]);
  expect(logged.join("")).toContain("192.0.2.7");
  expect(logged.join("")).toContain(line);
  expect(logged.join("")).toContain(`"secretId":"${enrolledSecretId("delivered-secret")}"`);
  expect(logged.join("")).not.toContain("delivered-secret");
});

test.each([
  ["of a source that is not known", { source: "nobody" }],
  ["with a foreign id", { id: "evt_01a20b7e272f740ab8b0d86208315608" }],
  ["without an id", { id: "" }],
  ["with a reason of a later version", { reason: "later" as never }],
  ["with an endless URL", { url: `https://x/${"a".repeat(16_384)}` }],
  ["of no time", { receivedAt: Number.NaN }],
])("report() keeps no refused request %s, and says so", async (_, changes) => {
  const { reports, kept } = makeReports();
  const refused = [...refusedOf(1, changes), ...refusedOf(1)];
  expect((await reports.report({ ...NOTHING, refused })).refusedKept).toBe(1);
  expect(kept()).toHaveLength(1);
});

test("report() keeps so many refused requests of a source at once, then so many a second", async () => {
  const { reports, kept, clock, logged } = makeReports();
  const report = async (count: number, source = "academy") => {
    const refused = refusedOf(count, { source });
    return (await reports.report({ ...NOTHING, refused })).refusedKept;
  };
  expect(await report(900)).toBe(500);
  // One source's flood leaves room for another's.
  expect(await report(900, "other")).toBe(500);
  expect(await report(1)).toBe(0);
  clock.ms += 100;
  expect(await report(900)).toBe(10);
  clock.ms += 60_000;
  expect(await report(900)).toBe(500);
  expect(kept()).toHaveLength(1_510);
  expect(logged.map((line) => JSON.parse(line).requests)).toEqual([400, 1_691]);
});

test("report() keeps so many bytes of refused requests", async () => {
  const { reports, kept, clock } = makeReports();
  const body = new Uint8Array(4 * 1024 * 1024 - 100);
  const headers = new Uint8Array(100);
  const large = () => refusedOf(5, { body, headers });
  expect((await reports.report({ ...NOTHING, refused: large() })).refusedKept).toBe(4);
  // What is small still finds room where what is large does not.
  expect((await reports.report({ ...NOTHING, refused: large() })).refusedKept).toBe(0);
  clock.ms += 8_000;
  expect((await reports.report({ ...NOTHING, refused: large() })).refusedKept).toBe(1);
  expect(kept()).toHaveLength(5);
});

test("report() writes refused requests in small groups", async () => {
  const groups: number[] = [];
  const { reports } = makeReports({
    async quarantine(requests) {
      groups.push(requests.length);
      return requests.length;
    },
  });
  await reports.report({ ...NOTHING, refused: refusedOf(130) });
  const half = { body: new Uint8Array(600 * 1024) };
  await reports.report({ ...NOTHING, refused: refusedOf(3, half) });
  expect(groups).toEqual([64, 64, 2, 1, 1, 1]);
});

test("report() keeps no refused request while the disk is below its reserve, but all else", async () => {
  const { reports, calls } = makeReports();
  reports.diskHasRoom = false;
  const handshakes = [{ source: "academy", atMs: 7, ok: true }];
  const answer = await reports.report({ ...NOTHING, handshakes, refused: refusedOf(2) });
  expect(answer.refusedKept).toBe(0);
  expect(calls.map(([name]) => name)).toEqual(["handshakes"]);
});

test("report() answers as usual where refused requests cannot be kept", async () => {
  const { reports, logged } = makeReports({
    quarantine: () => Promise.reject(new StoreUnavailableError("gone")),
  });
  expect(await reports.report({ ...NOTHING, refused: refusedOf(2) })).toMatchObject({
    refusedKept: 0,
  });
  expect(logged.join("")).toContain("quarantine failed");
});

test.each(["recordHandshakes", "enrolments", "recordSecretUses"] as const)(
  "report() is UNAVAILABLE where %s fails, and counts no use before",
  async (operation) => {
    const fail = () => Promise.reject(new StoreUnavailableError("gone"));
    const { reports, calls } = makeReports({ [operation]: fail });
    const request: ReportRequest = {
      ...NOTHING,
      refused: refusedOf(1),
      handshakes: [{ source: "academy", atMs: 7, ok: true }],
      secretUses: [
        { source: "academy", secretId: "1", uses: 3, firstUsedAtMs: 5, lastUsedAtMs: 9 },
      ],
    };
    await expect(reports.report(request)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(calls.map(([name]) => name)).not.toContain("uses");
    expect(calls.map(([name]) => name)).not.toContain("quarantine");
  },
);

test("report() keeps refused requests one report after the other, and refuses what would pile up", async () => {
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  const { reports } = makeReports({
    async quarantine(requests) {
      order.push("begun");
      await gate.promise;
      order.push("ended");
      return requests.length;
    },
  });
  const waiting = Array.from({ length: 63 }, () =>
    reports.report({ ...NOTHING, refused: refusedOf(1) }),
  );
  // What has none does not wait for them.
  expect(await reports.report(NOTHING)).toMatchObject({ refusedKept: 0 });
  waiting.push(reports.report({ ...NOTHING, refused: refusedOf(1) }));
  await expect(reports.report(NOTHING)).rejects.toMatchObject({ code: "RESOURCE_EXHAUSTED" });
  gate.resolve();
  await Promise.all(waiting);
  expect(order).toEqual(Array.from({ length: 64 }, () => ["begun", "ended"]).flat());
  expect((await reports.report(NOTHING)).refusedKept).toBe(0);
});

test("a diagnosis that throws costs the request nothing but its diagnosis", async () => {
  const { reports, kept, logged } = makeReports({
    diagnose() {
      throw new Error("out of guesses");
    },
  });
  await reports.report({ ...NOTHING, refused: refusedOf(1) });
  expect(kept()).toMatchObject([{ diagnosis: [] }]);
  expect(logged.join("")).toContain("out of guesses");
});

test("diagnoses take so much of each second, and no large body", async () => {
  const { reports, kept, clock } = makeReports({
    diagnose() {
      clock.ms += 100;
      return ["guessed"];
    },
  });
  const diagnosed = () => kept().filter(({ diagnosis }) => diagnosis.length > 0).length;
  await reports.report({ ...NOTHING, refused: refusedOf(1, { body: new Uint8Array(262_145) }) });
  expect(diagnosed()).toBe(0);
  await reports.report({ ...NOTHING, refused: refusedOf(50) });
  // 500 ms at once, and 50 ms for each second that the guesses themselves took.
  expect(diagnosed()).toBe(6);
  await reports.report({ ...NOTHING, refused: refusedOf(50) });
  expect(diagnosed()).toBe(6);
  clock.ms += 10_000;
  await reports.report({ ...NOTHING, refused: refusedOf(50) });
  expect(diagnosed()).toBeGreaterThan(6);
});

test("the start of what diagnoses takes none of that time, nor does a request whose body was not read", async () => {
  let diagnoses = 0;
  const { reports, kept, clock } = makeReports({
    async startDiagnosing() {
      clock.ms += diagnoses === 0 ? 5_000 : 0;
    },
    diagnose() {
      diagnoses += 1;
      clock.ms += 100;
      return ["guessed"];
    },
  });
  const diagnosed = () => kept().filter(({ diagnosis }) => diagnosis.length > 0).length;
  await reports.report({ ...NOTHING, refused: refusedOf(5) });
  await reports.report({ ...NOTHING, refused: refusedOf(9, { reason: "body_too_large" }) });
  expect(diagnosed()).toBe(14);
});

test("diagnose() says of a request that was kept without one what is likely now", async () => {
  const { reports, logged } = makeReports({
    diagnose({ id }) {
      if (id === broken.id) throw new Error("out of guesses");
      return ["guessed"];
    },
  });
  const broken = exampleRefused();
  expect(await reports.diagnose(exampleRefused())).toEqual(["guessed"]);
  expect(await reports.diagnose(exampleRefused({ source: "gone" }))).toEqual([]);
  expect(await reports.diagnose(broken)).toEqual([]);
  expect(logged.join("")).toContain("out of guesses");
});

test("report() counts the requests that an edge has answered, and that it was there", async () => {
  const { reports, calls } = makeReports();
  const nothing = { refused: [], secretUses: [], handshakes: [], enrolled: [] };
  const stored = { source: "academy", outcome: "stored", requests: 3, timeMs: 9, times: [1, 2] };
  const odd = { requests: 1, timeMs: 0, times: [] };
  await reports.report({
    ...nothing,
    counts: {
      requests: [
        stored,
        { source: "nobody's", outcome: "unknown_source", ...odd },
        { source: "academy", outcome: "Not A Name", ...odd },
      ],
    },
  });
  const { timeMs, ...rest } = stored;
  expect(calls).toEqual([
    [
      "requests",
      [
        EDGE_IS_THERE,
        { ...rest, timedMs: timeMs },
        { source: "", outcome: "unknown_source", requests: 1, timedMs: 0, times: [] },
      ],
    ],
  ]);
  await reports.report(nothing);
  expect(calls).toHaveLength(1);
});
