import { setTimeout as delay } from "node:timers/promises";
import { nextTurn } from "@hookgate/async";
import { type ReportRequest, type ReportResponse, RpcError } from "@hookgate/rpc";
import { waitFor } from "@hookgate/testing";
import { enrolledSecretId } from "@hookgate/types";
import { afterEach, expect, test } from "@jest/globals";
import { keptLog } from "../suite/kept_log.ts";
import { makeRefused } from "../suite/make_refused.ts";
import { Report } from "./report.ts";
import { RequestCounts } from "./request_counts.ts";

type Answer = (request: ReportRequest) => Promise<Partial<ReportResponse>>;

let report: Report;
const away = { connected: true };

afterEach(async () => {
  away.connected = false;
  await report.close();
});

/** How far the clock was moved forward. */
const skipped = { ms: 0 };

/** A report to a dispatcher that answers like this; `sent` has what it was sent. */
function start(answer: Answer = async () => ({})) {
  away.connected = true;
  const sent: ReportRequest[] = [];
  const { log, lines } = keptLog();
  const client = {
    async report(request: ReportRequest): Promise<ReportResponse> {
      sent.push(request);
      const { refused } = request;
      const said = await answer(request);
      return { refusedKept: refused.length, enrolmentsOpen: [], enrolled: [], trials: [], ...said };
    },
  };
  const connected = () => away.connected;
  const counts = new RequestCounts();
  const monotonic = () => performance.now() + skipped.ms;
  report = new Report({ client, connected, counts, log, monotonic, everyMs: 5 });
  return { sent, lines, counts };
}

test("Report counts requests once each, also if the dispatcher was away", async () => {
  let fails = true;
  const { sent, counts } = start(async () => {
    if (fails) throw new RpcError("UNAVAILABLE", "away");
    return {};
  });
  const stored = { source: "academy", outcome: "stored", status: "200" };
  counts.add(stored, 2);
  await waitFor(() => sent.length > 1, { what: "a second try" });
  counts.add(stored, 40);
  fails = false;
  const before = sent.length;
  await waitFor(() => sent.length > before, { what: "the report" });
  expect(sent.at(-1)?.counts).toEqual({
    requests: [
      {
        ...{ source: "academy", outcome: "stored", requests: 2, timeMs: 42 },
        times: [0, 1, 0, 0, 0, 0, 0, 0, 0, 1],
      },
    ],
  });
  expect(counts.take()).toEqual([]);
});

test("Report says now and then that the edge is there", async () => {
  const { sent } = start();
  skipped.ms += 10_000;
  await waitFor(() => sent.length > 0, { what: "a report" });
  expect(sent[0]?.counts).toEqual({ requests: [] });
});

test("Report says so, too, while it asks for delivered secrets all the time", async () => {
  const { sent } = start();
  report.enrols = true;
  skipped.ms += 6_000;
  await waitFor(() => sent.length > 1, { what: "empty reports" });
  expect(sent[0]?.counts).toBeUndefined();
  skipped.ms += 6_000;
  await waitFor(() => sent.some(({ counts }) => counts), { what: "a report that it is there" });
});

test("Report sends what it was given, once", async () => {
  const { sent } = start();
  const request = makeRefused();
  report.refused(request);
  report.used("academy", "1", 10);
  report.used("academy", "1", 20);
  report.handshake({ source: "zoom", at: 1, ok: true });
  report.handshake({ source: "zoom", at: 2, ok: true });
  report.handshake({ source: "zoom", at: 3, ok: false });
  await waitFor(() => sent.length > 0, { what: "a report" });
  expect(sent[0]).toEqual({
    refused: [expect.objectContaining({ id: request.id, reason: "no_match", bodyBytes: 2 })],
    secretUses: [
      { source: "academy", secretId: "1", uses: 2, firstUsedAtMs: 10, lastUsedAtMs: 20 },
    ],
    handshakes: [
      { source: "zoom", atMs: 2, ok: true },
      { source: "zoom", atMs: 3, ok: false },
    ],
    enrolled: [],
  });
  report.used("academy", "2", 30);
  await waitFor(() => sent.length > 1, { what: "the next report" });
  expect(sent[1]?.refused).toEqual([]);
  expect(sent[1]?.secretUses).toMatchObject([{ secretId: "2", uses: 1 }]);
});

test("Report sends messages one after the other until nothing is left, each within bounds", async () => {
  const { sent } = start();
  away.connected = false;
  const body = Buffer.alloc(1024 * 1024);
  const from = (index: number, more: object = {}) =>
    makeRefused({ address: `10.0.0.${index % 250}`, ...more });
  for (let index = 0; index < 10; index += 1) report.refused(from(index, { body }));
  for (let index = 0; index < 400; index += 1) report.refused(from(index));
  away.connected = true;
  const count = () => sent.reduce((sum, { refused }) => sum + refused.length, 0);
  await waitFor(() => count() === 410, { what: "all of them" });
  const bytes = sent.map(({ refused }) => refused.reduce((sum, one) => sum + one.body.length, 0));
  expect(Math.max(...bytes)).toBeLessThanOrEqual(1024 * 1024);
});

test("Report leaves what comes while it is answered to the next one, so that load does not make it endless", async () => {
  const stored = { source: "academy", outcome: "stored", status: "200" };
  const { sent, counts } = start(async () => {
    await nextTurn();
    counts.add(stored, 2);
    report.used("academy", "1", 10);
    report.handshake({ source: "zoom", at: 1, ok: true });
    report.refused(makeRefused());
    return {};
  });
  counts.add(stored, 2);
  await waitFor(() => sent.length > 0, { what: "a report" });
  // Each answer comes in the next turn: without its end it would send hundreds.
  const from = performance.now();
  await delay(100);
  const ticks = (performance.now() - from) / 5;
  expect(sent.length).toBeGreaterThan(1);
  expect(sent.length).toBeLessThanOrEqual(ticks + 2);
});

test("Report.close() also sends what came while a report was on its way", async () => {
  const answered = Promise.withResolvers<Partial<ReportResponse>>();
  const { sent } = start(() => answered.promise);
  report.used("academy", "1", 10);
  await waitFor(() => sent.length > 0, { what: "a report" });
  report.used("academy", "2", 20);
  const closed = report.close();
  answered.resolve({});
  await closed;
  expect(sent.map(({ secretUses }) => secretUses.map(({ secretId }) => secretId))).toEqual([
    ["1"],
    ["2"],
  ]);
});

test("Report logs nothing while the dispatcher is away, and sends everything when it is back", async () => {
  let back = false;
  const { sent, lines } = start(async () => {
    if (!back) throw new RpcError("UNAVAILABLE", "gone");
    return {};
  });
  const request = makeRefused();
  report.refused(request);
  report.used("academy", "1", 10);
  report.handshake({ source: "zoom", at: 1, ok: true });
  await waitFor(() => sent.length > 2, { what: "some tries" });
  report.used("academy", "1", 30);
  back = true;
  const before = sent.length;
  await waitFor(() => sent.length > before, { what: "a report that is taken" });
  expect(sent.at(-1)).toMatchObject({
    refused: [{ id: request.id }],
    secretUses: [{ uses: 2, firstUsedAtMs: 10, lastUsedAtMs: 30 }],
    handshakes: [{ source: "zoom", ok: true }],
  });
  expect(lines).toEqual([]);
});

test("Report drops what the dispatcher refuses, and bounds its log", async () => {
  const { sent, lines } = start(async ({ refused }) => {
    if (refused.length > 0) throw new RpcError("INVALID_ARGUMENT", "odd");
    return {};
  });
  report.refused(makeRefused());
  report.used("academy", "1", 10);
  await waitFor(() => sent.length > 1, { what: "the next report" });
  expect(sent[1]).toMatchObject({ refused: [], secretUses: [{ uses: 1 }] });
  expect(lines).toMatchObject([
    { level: "warn", msg: "report refused by the dispatcher, its refused requests are dropped" },
  ]);
});

test("Report logs how many refused requests were dropped", async () => {
  const { sent, lines } = start(async () => ({ refusedKept: 1 }));
  for (let index = 0; index < 3; index += 1) report.refused(makeRefused());
  await waitFor(() => lines.length > 0, { what: "a line" });
  expect(sent).toHaveLength(1);
  expect(lines).toMatchObject([
    { level: "warn", msg: "refused requests dropped: no room to keep them", requests: 2 },
  ]);
});

test("Report learns delivered secrets from the dispatcher's answer", async () => {
  const { sent } = start(async () => ({ enrolled: [{ source: "asana", value: "delivered" }] }));
  report.handshake({ source: "zoom", at: 1, ok: true });
  expect(report.enrolled("asana")).toBeNull();
  await waitFor(() => sent.length > 0, { what: "a report" });
  await waitFor(() => report.enrolled("asana") !== null, { what: "the answer" });
  expect(report.enrolled("asana")).toEqual([
    { id: enrolledSecretId("delivered"), value: "delivered" },
  ]);
  expect(report.enrolled("zoom")).toEqual([]);
});

test("Report sends empty reports if secrets may be delivered", async () => {
  const { sent } = start();
  report.enrols = true;
  await waitFor(() => sent.length > 2, { what: "several reports" });
  expect(sent[0]).toEqual({ refused: [], secretUses: [], handshakes: [], enrolled: [] });
});

const DELIVERED = { source: "asana", value: "delivered", word: "sesame", address: "192.0.2.7" };

test("Report.enrol() sends a secret while the enrolment is open", async () => {
  const kept: ReportResponse["enrolled"] = [];
  const { sent } = start(async ({ enrolled }) => {
    kept.push(...enrolled);
    return { enrolmentsOpen: kept.length === 0 ? ["asana"] : [], enrolled: kept, trials: [] };
  });
  expect(await report.enrol(DELIVERED, { timeoutMs: 1_000 })).toBe("unavailable");
  report.enrols = true;
  await waitFor(() => report.enrolled("asana") !== null, { what: "the first answer" });
  expect(await report.enrol({ ...DELIVERED, source: "other" }, { timeoutMs: 1_000 })).toBe(
    "closed",
  );
  expect(sent.flatMap(({ enrolled }) => enrolled)).toEqual([]);
  expect(await report.enrol(DELIVERED, { timeoutMs: 1_000 })).toBe("kept");
  expect(report.enrolled("asana")).toMatchObject([{ value: "delivered" }]);
  expect(await report.enrol(DELIVERED, { timeoutMs: 1_000 })).toBe("closed");
});

test.each<[string, Answer, string]>([
  ["has closed it meanwhile", async () => ({}), "closed"],
  ["is away", () => Promise.reject(new RpcError("UNAVAILABLE", "gone")), "unavailable"],
  ["does not answer", () => new Promise(() => {}), "unavailable"],
])("Report.enrol() if the dispatcher %s", async (_, answer, outcome) => {
  start(async (request) => {
    return request.enrolled.length > 0 ? answer(request) : { enrolmentsOpen: ["asana"] };
  });
  report.enrols = true;
  await waitFor(() => report.enrolled("asana") !== null, { what: "the first answer" });
  expect(await report.enrol(DELIVERED, { timeoutMs: 20 })).toBe(outcome);
  expect(report.enrolled("asana")).toEqual([]);
});

test("Report.close() sends what is left", async () => {
  const { sent } = start();
  report.used("academy", "1", 10);
  await report.close();
  expect(sent).toHaveLength(1);
});

test("Report.close() does not wait for a dispatcher that does not answer", async () => {
  start(() => new Promise(() => {}));
  report.used("academy", "1", 10);
  await report.close();
});
