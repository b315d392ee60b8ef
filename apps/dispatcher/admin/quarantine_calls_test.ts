import { createHmac } from "node:crypto";
import { formatHeaderBlock, parseHeaderBlock } from "@hookgate/providers";
import { describeTask } from "@hookgate/receive";
import { createLog } from "@hookgate/telemetry";
import { makeDelivery, serverCertificate, signedGenericRequest } from "@hookgate/testing";
import type { QuarantinedRequest } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { Capture } from "../store/contract/captures.ts";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import type { QuarantineQuery, ReleaseResult } from "../store/contract/quarantine.ts";
import { exampleRefused } from "../suite/example_refused.ts";
import { exampleSecret, exampleSource } from "../suite/example_source.ts";
import { recordingEntrance } from "../suite/recording_entrance.ts";
import { recordingLog } from "../suite/recording_log.ts";
import {
  type QuarantineCallsOptions,
  quarantineCalls,
  rememberFetched,
} from "./quarantine_calls.ts";

const { value: SECRET } = exampleSecret();
const PAGE = { source: "", reason: "", includeReleased: false, pageSize: 0, pageToken: "" };

/** A refused request that verifies by now, or does not. */
function refused(secret = SECRET, changes: Partial<QuarantinedRequest> = {}): QuarantinedRequest {
  const { headers, body } = signedGenericRequest({ secret, type: "payment.success" });
  const block = formatHeaderBlock([
    ...Object.entries(headers).flat(),
    "Authorization",
    "Basic eA==",
  ]);
  return exampleRefused({ headers: block, body, ...changes });
}

interface Release {
  id: string;
  capture: Capture;
  revision: number;
}

/** Calls over a store that has these requests, and releases them as `release` says. */
function makeCalls(
  requests: readonly QuarantinedRequest[],
  {
    release = ({ capture }: Release): ReleaseResult | null => ({
      outcome: "released",
      eventId: capture.event.id,
      deliveries: [],
    }),
    ...changes
  }: Partial<Omit<QuarantineCallsOptions["store"], "release">> & {
    release?: (release: Release) => ReleaseResult | null;
  } = {},
  more: Partial<Pick<QuarantineCallsOptions, "sources" | "log" | "openRefused" | "diagnose">> = {},
) {
  const queries: QuarantineQuery[] = [];
  const releases: Release[] = [];
  const slots: string[] = [];
  let revision = 1;
  const calls = quarantineCalls({
    subscriptions: () => [],
    store: {
      async listQuarantine(query) {
        queries.push(query);
        const listed = requests.map(({ headers: _, body, ...rest }) => ({
          ...rest,
          bodyBytes: body.length,
        }));
        return { requests: listed, cursor: "next" };
      },
      getQuarantined: async (id) => requests.find((request) => request.id === id) ?? null,
      async release(id, options) {
        const one = { id, ...options };
        releases.push(one);
        return release(one);
      },
      enrolments: async () => [],
      ...changes,
    },
    sources: () => [exampleSource()],
    describeElsewhere: async (task) => describeTask(task),
    entrance: recordingEntrance(slots),
    matching: () => ({
      revision,
      match: ({ type }) => ({
        wanted: [{ subscription: `wants ${type} at ${revision}`, orderKey: null }],
        skipped: [],
      }),
    }),
    refreshMatching: async () => {
      revision += 1;
    },
    fetch: async (url) => Promise.reject(new Error(`Cannot fetch ${url}`)),
    log: createLog({ name: "test", level: "silent" }),
    ...more,
  });
  return { calls, queries, releases, slots };
}

test("getQuarantined() has what came without a diagnosis diagnosed, unless it was released", async () => {
  const kept = refused(SECRET, { diagnosis: ["found then"] });
  const bare = refused(SECRET, { diagnosis: [] });
  const done = refused(SECRET, { diagnosis: [], releasedAs: "evt_1" });
  const { calls } = makeCalls(
    [kept, bare, done],
    {},
    {
      openRefused: async (request) => ({ ...request, body: Buffer.from("as it came") }),
      diagnose: async ({ body }) => [`found now: ${Buffer.from(body)}`],
    },
  );
  const diagnosisOf = async ({ id }: QuarantinedRequest) =>
    (await calls.getQuarantined({ id })).request?.diagnosis;
  expect(await diagnosisOf(kept)).toEqual(["found then"]);
  expect(await diagnosisOf(bare)).toEqual(["found now: as it came"]);
  expect(await diagnosisOf(done)).toEqual([]);
});

test("getQuarantined() shows what cannot be opened, because its key is gone", async () => {
  const kept = refused(SECRET, { diagnosis: [] });
  const { calls } = makeCalls(
    [kept],
    {},
    {
      openRefused: () => Promise.reject(new Error("Cannot read protected data: there is no key")),
      diagnose: async () => ["found now"],
    },
  );
  const { request } = await calls.getQuarantined({ id: kept.id });
  expect(request).toMatchObject({ id: kept.id, diagnosis: [] });
});

test("listQuarantine() gives a page without bytes", async () => {
  const request = refused(SECRET, { diagnosis: ["näh"], releasedAs: "evt_1" });
  const { calls, queries } = makeCalls([request]);
  const page = await calls.listQuarantine({
    source: "academy",
    reason: "no_match",
    includeReleased: true,
    pageSize: 7,
    pageToken: "here",
  });
  expect(queries).toEqual([
    { source: "academy", reason: "no_match", includeReleased: true, limit: 7, cursor: "here" },
  ]);
  expect(page.nextPageToken).toBe("next");
  expect(page.requests).toMatchObject([
    {
      id: request.id,
      reason: "no_match",
      diagnosis: ["näh"],
      releasedAs: "evt_1",
      bodyBytes: request.body.length,
    },
  ]);
  expect(page.requests[0]?.body).toHaveLength(0);
  expect(page.requests[0]?.headers).toHaveLength(0);
});

test("listQuarantine() asks for 50 of any kind where nothing is said", async () => {
  const { calls, queries } = makeCalls([]);
  await calls.listQuarantine(PAGE);
  expect(queries).toEqual([{ limit: 50 }]);
});

test.each([
  [{ reason: "later" }, /^reason must be one of missing_header, .*address_not_allowed$/],
  [{ pageSize: -1 }, /^page_size must be 1 to 1000$/],
  [{ pageSize: 1_001 }, /^page_size must be 1 to 1000$/],
])("listQuarantine() with %j is INVALID_ARGUMENT", async (changes, message) => {
  const listed = makeCalls([]).calls.listQuarantine({ ...PAGE, ...changes });
  await expect(listed).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringMatching(message),
  });
});

test("getQuarantined() gives the exact body, and hides credentials", async () => {
  const request = refused();
  const { request: got } = await makeCalls([request]).calls.getQuarantined({ id: request.id });
  expect(Buffer.from(got?.body ?? [])).toEqual(Buffer.from(request.body));
  const headers = parseHeaderBlock(got?.headers ?? new Uint8Array());
  expect(headers).toContainEqual(["Authorization", "(hidden)"]);
  expect(headers).toContainEqual(["x-webhook-signature", expect.stringMatching(/^sha256=/)]);
});

test("getQuarantined() of none is NOT_FOUND", async () => {
  await expect(makeCalls([]).calls.getQuarantined({ id: "qtn_1" })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: "there is no refused request qtn_1",
  });
});

test("verifyQuarantined() says what each is by now, in order, and releases nothing unasked", async () => {
  const good = refused();
  const bad = refused("another secret");
  const released = refused(SECRET, { releasedAs: "evt_1" });
  const gone = refused(SECRET, { source: "gone" });
  const { calls, releases } = makeCalls([good, bad, released, gone]);
  const ids = [bad.id, "qtn_none", good.id, released.id, gone.id, good.id];
  expect(await calls.verifyQuarantined({ ids, release: false, staleReason: "" })).toEqual({
    results: [
      { id: bad.id, outcome: "no_match", eventId: "" },
      { id: "qtn_none", outcome: "not_found", eventId: "" },
      { id: good.id, outcome: "verified", eventId: "" },
      { id: released.id, outcome: "already_released", eventId: "evt_1" },
      { id: gone.id, outcome: "unknown_source", eventId: "" },
      { id: good.id, outcome: "verified", eventId: "" },
    ],
  });
  expect(releases).toEqual([]);
});

test("verifyQuarantined() lets in what is too old only for a reason, which it logs", async () => {
  const source = exampleSource({ provider: "linear", secrets: [exampleSecret()] });
  const body = JSON.stringify({ type: "Issue", action: "create", webhookTimestamp: 1 });
  const headers = { "linear-signature": createHmac("sha256", SECRET).update(body).digest("hex") };
  const block = formatHeaderBlock(Object.entries(headers).flat());
  const late = exampleRefused({ provider: "linear", headers: block, body: Buffer.from(body) });
  const { log, lines } = recordingLog();
  const { calls, releases } = makeCalls([late], {}, { sources: () => [source], log });
  const call = { ids: [late.id], release: true };
  expect(await calls.verifyQuarantined({ ...call, staleReason: "" })).toMatchObject({
    results: [{ outcome: "stale" }],
  });
  expect(releases).toEqual([]);
  const reason = "sent again after our outage";
  expect(await calls.verifyQuarantined({ ...call, staleReason: reason })).toMatchObject({
    results: [{ outcome: "released" }],
  });
  expect(releases).toMatchObject([{ capture: { event: { flags: ["released", "stale"] } } }]);
  expect(lines).toMatchObject([
    { level: "warn", fields: { request: late.id, reason, outcome: "released" } },
  ]);
  const tooLong = calls.verifyQuarantined({ ...call, staleReason: "x".repeat(501) });
  await expect(tooLong).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("verifyQuarantined() releases what verifies, and starts its deliveries", async () => {
  const good = refused();
  const bad = refused("another secret");
  const { calls, releases, slots } = makeCalls([good, bad], {
    release: ({ capture: { event, deliveries } }) => ({
      outcome: "released",
      eventId: event.id,
      deliveries: deliveries.map(({ id, subscription }) =>
        makeDelivery({ id, eventId: event.id, subscription }),
      ),
    }),
  });
  const { results } = await calls.verifyQuarantined({
    ids: [bad.id, good.id],
    release: true,
    staleReason: "",
  });
  const [release] = releases;
  expect(releases).toHaveLength(1);
  expect(release).toMatchObject({
    id: good.id,
    revision: 1,
    capture: { event: { source: "academy", receivedAt: good.receivedAt, flags: ["released"] } },
  });
  expect(results).toEqual([
    { id: bad.id, outcome: "no_match", eventId: "" },
    { id: good.id, outcome: "released", eventId: release?.capture.event.id },
  ]);
  const wants = "wants payment.success at 1";
  expect(slots).toEqual([`reserve ${wants}`, `run ${wants}`, "forget answered=true"]);
});

test("verifyQuarantined() matches again where the set of subscriptions changed", async () => {
  const good = refused();
  const { calls, releases } = makeCalls([good], {
    release: ({ capture, revision }) =>
      revision === 1 ? null : { outcome: "released", eventId: capture.event.id, deliveries: [] },
  });
  await calls.verifyQuarantined({ ids: [good.id], release: true, staleReason: "" });
  expect(releases.map(({ revision }) => revision)).toEqual([1, 2]);
  expect(releases[1]?.capture.deliveries).toMatchObject([
    { subscription: "wants payment.success at 2" },
  ]);
});

test.each([
  [{ outcome: "already_stored", eventId: "evt_first" }, "already_stored", "evt_first"],
  [{ outcome: "already_released", eventId: "evt_first" }, "already_released", "evt_first"],
  [{ outcome: "missing" }, "not_found", ""],
] as const)(
  "verifyQuarantined() starts nothing where the store finds %j",
  async (found, outcome, eventId) => {
    const good = refused();
    const { calls, slots } = makeCalls([good], { release: () => found });
    const { results } = await calls.verifyQuarantined({
      ids: [good.id],
      release: true,
      staleReason: "",
    });
    expect(results).toEqual([{ id: good.id, outcome, eventId }]);
    const wants = "wants payment.success at 1";
    expect(slots).toEqual([`reserve ${wants}`, `release ${wants}`, "forget answered=true"]);
  },
);

test("verifyQuarantined() is UNAVAILABLE where the store is, and gives the slots back", async () => {
  const good = refused();
  const { calls, slots } = makeCalls([good], {
    release() {
      throw new StoreUnavailableError("gone");
    },
  });
  const call = calls.verifyQuarantined({ ids: [good.id], release: true, staleReason: "" });
  await expect(call).rejects.toMatchObject({ code: "UNAVAILABLE" });
  const wants = "wants payment.success at 1";
  expect(slots).toEqual([`reserve ${wants}`, `release ${wants}`, "forget answered=false"]);
});

test("verifyQuarantined() takes so many ids", async () => {
  const { calls } = makeCalls([]);
  const ids = (count: number) => Array.from({ length: count }, (_, at) => `qtn_${at}`);
  const { results } = await calls.verifyQuarantined({
    ids: ids(1_000),
    release: false,
    staleReason: "",
  });
  expect(results).toHaveLength(1_000);
  await expect(
    calls.verifyQuarantined({ ids: ids(1_001), release: false, staleReason: "" }),
  ).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
  });
});

const PEM = serverCertificate().cert;

test("rememberFetched() asks once for each, also for those that cannot be had", async () => {
  const asked: string[] = [];
  const { log, lines } = recordingLog();
  const { fetchCertificate: certificate } = rememberFetched({
    async fetch(url) {
      asked.push(url);
      const body = Buffer.from(`${PEM}of ${url}`);
      return { status: url === "none" ? 404 : 200, body };
    },
    log,
  });
  const got = await Promise.all(["a", "none", "a", "b", "none"].map((url) => certificate(url)));
  const [a, b] = ["a", "b"].map((url) => `${PEM}of ${url}`);
  expect(got).toEqual([a, null, a, b, null]);
  expect(await certificate("a")).toBe(a);
  // Each was just fetched: there is no newer one.
  expect(await certificate("a", { refused: a ?? "" })).toBe(a);
  expect(asked).toEqual(["a", "none", "b"]);
  expect(lines).toMatchObject([
    { fields: { url: "none", err: new Error("Cannot fetch a certificate: status 404") } },
  ]);
});
