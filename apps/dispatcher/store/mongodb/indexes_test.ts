import { newId } from "@hookgate/types";
import { expect } from "@jest/globals";
import type { CommandStartedEvent, Document, IndexDescription } from "mongodb";
import { QUARANTINE_BYTES_MAX } from "../contract/quarantine.ts";
import {
  claimDue,
  eventOf,
  newCapture,
  newClaim,
  newEvent,
  newQuarantined,
  newReplay,
  newSubscription,
  outcomeOf,
} from "../suite/fixtures.ts";
import { newUri, openStore, testOnMongo } from "../suite/mongodb_fixtures.ts";
import { INDEXES } from "./collections.ts";
import type { MongoStore } from "./mongodb_store.ts";

/** One query sent by the store. */
interface Query {
  /** Its name. */
  command: string;
  collection: string;
  filter: Document;
  sort: Document;
  /** Whether the server ends it after some time. */
  isBounded: boolean;
  /** The index it asks for. */
  hint: string | undefined;
}

/** Small collections with a bounded number of documents, or a few for each dispatcher: queries may read all of them. */
const MAY_BE_READ_WHOLE = new Set(["gates", "replays", "failures", "failureCounts"]);

/** The queries of one of the store's commands. */
function queriesOf({ commandName, command }: CommandStartedEvent): Query[] {
  const collection = command[commandName];
  const query = (filter: Document = {}, sort: Iterable<[string, unknown]> = []) => ({
    command: commandName,
    collection,
    isBounded: "maxTimeMS" in command,
    hint: command["hint"],
    filter,
    sort: Object.fromEntries(sort),
  });
  if (commandName === "find") return [query(command["filter"], command["sort"])];
  if (commandName === "findAndModify") return [query(command["query"], command["sort"])];
  if (commandName === "update") return command["updates"].map((one: Document) => query(one["q"]));
  if (commandName === "delete") return command["deletes"].map((one: Document) => query(one["q"]));
  if (commandName === "aggregate") return [query(command["pipeline"][0]["$match"])];
  return [];
}

/** Whether an index finds what the filter matches in the sort order, without reading much else. */
function serves(index: IndexDescription, query: Query): boolean {
  const { key, partialFilterExpression = {}, sparse } = index;
  const { filter, sort } = query;
  const isPart = Object.entries(partialFilterExpression).every(([field, value]) =>
    implies(filter[field], value),
  );
  const fields = Object.entries(key as Document);
  const first = fields[0]?.[0] ?? "";
  const isFound = first in filter || (!sparse && Object.keys(filter).length === 0 && first in sort);
  return isPart && isFound && isSorted(fields, query);
}

/** Whether a condition on a field implies that of a partial index: the same value, or `$gte`. */
function implies(condition: unknown, part: unknown): boolean {
  if (typeof part !== "object") return condition === part;
  const [from, least] = [condition, part].map((one) => (one as Document | undefined)?.["$gte"]);
  return typeof from === "number" && from >= least;
}

function isSorted(fields: [string, number][], { filter, sort }: Query): boolean {
  const wanted = Object.entries(sort);
  const isFixed = ([field]: [string, number]) =>
    field in filter && (typeof filter[field] !== "object" || filter[field] === null);
  const from = fields.findIndex((field) => !isFixed(field) || field[0] in sort);
  const have = fields.slice(from, from + wanted.length);
  if (wanted.length === 0) return true;
  const [direction = 0] = have.map(([, one], index) => one * wanted[index]?.[1]);
  return wanted.every(
    ([field, one], index) => have[index]?.[0] === field && have[index]?.[1] * one === direction,
  );
}

const BY_ID: IndexDescription = { name: "_id_", key: { _id: 1 } };

function isServed(query: Query): boolean {
  if (MAY_BE_READ_WHOLE.has(query.collection)) return true;
  const indexes = [BY_ID, ...(INDEXES[query.collection as keyof typeof INDEXES] ?? [])];
  if (query.hint !== undefined) {
    return indexes.some((index) => index.name === query.hint && serves(index, query));
  }
  return indexes.some((index) => serves(index, query));
}

/** Whether a query finds few documents by their ids, so that it needs no bound of its time. */
function isById({ filter }: Query): boolean {
  return "_id" in filter && !("$gt" in Object(filter["_id"]) || "$lt" in Object(filter["_id"]));
}

/** Calls each operation on what the edges report, like {@linkcode useEverything}. */
async function useReports(store: MongoStore): Promise<void> {
  const { revision } = await store.subscriptions();
  // Over its source's bound, so that some have to go.
  const body = Buffer.alloc(QUARANTINE_BYTES_MAX / 8);
  const requests = Array.from({ length: 9 }, () => newQuarantined({ body, receivedAt: 1 }));
  for (const request of requests) await store.quarantine([request]);
  const request = newQuarantined();
  await store.quarantine([request, newQuarantined()]);
  const capture = newCapture(eventOf(request));
  await store.release(request.id, { capture, revision: revision + 1 });
  await store.release(request.id, { capture, revision });
  await store.release(request.id, { capture, revision });
  await store.getQuarantined(request.id);
  const cursor = newId("qtn");
  for (const filter of [{}, { source: "a" }, { source: "academy" }, { includeReleased: true }]) {
    for (const how of [{}, { reason: "no_match" as const }]) {
      await store.listQuarantine({ ...filter, ...how, limit: 5 });
      await store.listQuarantine({ ...filter, ...how, limit: 5, cursor });
    }
  }
  await store.pruneQuarantine({ receivedBefore: 2 });
  await store.pruneQuarantine({ receivedBefore: Number.MAX_SAFE_INTEGER });
  await store.recordSecretUses([
    { source: "academy", secretId: "1", uses: 1, firstUsedAt: 1, lastUsedAt: 1 },
  ]);
  await store.secretUses();
  await store.recordHandshakes([{ source: "academy", at: 1, ok: true }]);
  await store.handshakes();
  await store.openEnrolment({ source: "academy", until: store.now() + 60_000, word: "w" });
  await store.enrol({ source: "academy", secret: "s", word: "w", address: "a" });
  await store.revokeEnrolment("academy");
  const at = store.now();
  const done = { caller: "a", action: "b", target: "c", reason: "", outcome: "done" };
  await store.recordAudit({ id: newId("aud", { now: at }), at, ...done });
  await store.auditLog({ limit: 1, since: at });
  await store.pruneAudit({ madeBefore: at });
  await store.pruneChanges({ madeBefore: at });
  const key = { subject: "s", source: "academy", month: "2026-12" };
  await store.keepDataKeys([{ ...key, id: "k", madeAt: at, wrapped: new Uint8Array(60) }]);
  await store.dataKeys(["k"]);
  await store.dataKeysOf({ subject: "s" });
  await store.eraseDataKeys({ subject: "s", source: "academy" });
  await store.pruneDataKeys({ monthBefore: "2027-01", madeBefore: at });
  await store.enrolments();
}

/** Ends, holds back and removes deliveries of an order key. */
async function useOrder(store: MongoStore, revision: number): Promise<void> {
  const claim = newClaim("one");
  const captures = [1, 2, 3].map(() => {
    const delivery = { id: newId("dlv"), subscription: "mail", claim, orderKey: "k" };
    return { ...newCapture(newEvent(), []), deliveries: [delivery] };
  });
  const results = (await store.commit(captures, { revision })) ?? [];
  const [first, second, third] = results.flatMap(({ deliveries }) => deliveries);
  if (!first || !second || !third) throw new Error("Cannot continue: nothing was stored");
  await store.settle([outcomeOf({ delivery: first, claim }, { state: "delivered" })]);
  expect(await store.cancelDelivery(second.id, { reason: "" })).toMatchObject({ dueNow: third.id });
  await store.cancelDelivery(third.id, { reason: "" });
}

/** Calls every operation on replays. */
async function useReplays(store: MongoStore, eventId: string): Promise<void> {
  const replay = newReplay();
  await store.publishSubscriptions(["late", "later"].map((name) => newSubscription(name)));
  await store.createReplay(replay);
  await store.replays();
  const deliveries = ["late", "later"].map((subscription) => ({
    id: newId("dlv"),
    eventId,
    subscription,
    replayOf: null,
    orderKey: "k",
  }));
  const step = { from: null, to: eventId, seen: 1, deliveries, done: false };
  expect(await store.stepReplay(replay.id, step)).toMatchObject({ outcome: "written" });
  await store.replayBacklog(replay.id, { limit: 10 });
  await claimDue(store, { slots: { late: 1 } });
  await store.setReplayState(replay.id, "cancelled");
}

/** Calls each operation in the ways that lead to different queries. */
async function useEverything(store: MongoStore): Promise<void> {
  const { revision } = await store.publishSubscriptions([newSubscription("mail")]);
  const claim = newClaim("one");
  const event = newEvent({ providerEventId: "p1", body: "a" });
  const captures = [
    newCapture(event, ["mail"], claim),
    newCapture(newEvent()),
    newCapture(newEvent(), []),
  ];
  const results = await store.commit(captures, { revision });
  const delivery = results?.[0]?.deliveries[0];
  if (!delivery) throw new Error("Cannot continue: nothing was stored");
  await store.settle([outcomeOf({ delivery, claim }, { state: "dead", reason: "x" })]);
  const again = newCapture(
    newEvent({ providerEventId: "p1", body: "a" }),
    ["mail"],
    newClaim("gone"),
  );
  await store.commit([again], { revision });
  await store.commit([again], { revision: revision + 1 });
  await store.takeOver({ dispatcherId: "one", staleMs: 1_000 });
  await store.nextDueAt(["mail", "crm"]);
  await store.dueSeconds({ limit: 10 });
  await store.queueState();
  const claimed = await claimDue(store, { slots: { mail: 10, crm: 1 } });
  await store.settle(claimed.map((one) => outcomeOf(one, { state: "delivered" })));
  await store.reclaim({ dispatcherId: "one", liveTokens: new Set(["live"]) });
  await store.heartbeat("one");
  await store.retryDelivery(delivery.id);
  await store.retryDelivery(newId("dlv"));
  await store.getEvent(event.id);
  await store.getDelivery(delivery.id);
  await store.backlog("mail", { deliveriesMax: 10 });
  await store.waitingSubscriptions();
  await store.metrics({ windowMs: 600_000 });
  const bucket = { level: "minute", from: 0, to: store.now(), stepMs: 60_000 } as const;
  await store.readBuckets({ ...bucket, of: "events", by: null });
  await store.readBuckets({ ...bucket, of: "events", by: "type", source: "academy" });
  await store.readBuckets({ ...bucket, of: "requests", by: "outcome", subscription: "" });
  await store.recordRequests([
    { source: "academy", outcome: "stored", requests: 1, timedMs: 1, times: [1] },
  ]);
  const cursor = newId("evt");
  const filters = [{}, { source: "a" }, { type: "b" }, { source: "a", type: "b" }];
  const states = [{}, { state: "dead" as const }, { state: "delivered" as const }];
  const hows = [
    ...states,
    ...states.map((how) => ({ ...how, subscription: "mail" })),
    { unhandled: true },
  ];
  const ranges = [{}, { from: 1 }, { to: 1 }, { from: 1, to: 2 }, { oldestFirst: true, from: 1 }];
  for (const filter of filters) {
    for (const how of hows) {
      for (const range of ranges) {
        await store.listEvents({ ...filter, ...how, ...range, limit: 5 });
        await store.listEvents({ ...filter, ...how, ...range, limit: 5, cursor });
      }
    }
  }
  await useOrder(store, revision);
  await useReplays(store, event.id);
  await store.openSubscription(newSubscription("stream", { target: { kind: "stream" } }));
  await store.pauseSubscription("stream", { by: "operator", reason: "" });
  await store.resumeSubscription("stream");
  const before = { deliveredBefore: store.now() + 1_000, deadBefore: store.now() + 1_000 };
  const pruned = await store.pruneEvents({ ...before, cursor: null, limit: 1_000 });
  expect(pruned).toEqual({ removed: expect.any(Number), cursor: null });
  // Long-dead dispatchers, which are removed.
  const dispatchers = store.db.collection<{ _id: string; at: number }>("dispatchers");
  await dispatchers.insertOne({ _id: "ancient", at: 1 });
  await store.takeOver({ dispatcherId: "one", staleMs: 1_000 });
  expect(await dispatchers.findOne({ _id: "ancient" })).toBeNull();
}

testOnMongo("MongoStore has an index for every query, and for every order", async () => {
  const uri = newUri();
  const separator = uri.includes("?") ? "&" : "?";
  const store = await openStore("one", { uri: `${uri}${separator}monitorCommands=true` });
  const queries: Query[] = [];
  store.db.client.on("commandStarted", (command) => {
    if (command.databaseName === store.db.databaseName) queries.push(...queriesOf(command));
  });
  await useEverything(store);
  await useReports(store);
  // Every collection was queried, so no query was missed because the store was empty.
  const asked = new Set(queries.map(({ collection }) => collection));
  expect([...asked].sort()).toEqual([
    "audit",
    "buckets",
    "changes",
    "dataKeys",
    "deliveries",
    "dispatchers",
    "enrolments",
    "events",
    "gates",
    "handshakes",
    "keys",
    "metrics",
    "orders",
    "quarantine",
    "quarantineShares",
    "quarantineSources",
    "replays",
    "secretUses",
    "subscriptions",
  ]);
  expect(queries.filter((query) => !isServed(query))).toEqual([]);
  const reads = queries.filter(({ command }) => command === "find" || command === "aggregate");
  expect(reads.filter((query) => !query.isBounded && !isById(query))).toEqual([]);
});

testOnMongo("an idle store is asked as often for a hundred subscriptions as for one", async () => {
  const uri = newUri();
  const separator = uri.includes("?") ? "&" : "?";
  const store = await openStore("one", { uri: `${uri}${separator}monitorCommands=true` });
  const names = Array.from({ length: 100 }, (_, n) => `mail ${n}`);
  await store.publishSubscriptions(names.map((name) => newSubscription(name)));
  let commands = 0;
  store.db.client.on("commandStarted", ({ databaseName }) => {
    if (databaseName === store.db.databaseName) commands += 1;
  });
  const look = async (wanted: string[]) => {
    commands = 0;
    await claimDue(store, { slots: Object.fromEntries(wanted.map((name) => [name, 20])) });
    await store.nextDueAt(wanted);
    return commands;
  };
  const one = await look(names.slice(0, 1));
  expect(await look(names)).toBe(one);
  expect(one).toBeLessThan(6);
});

testOnMongo("the check on queries finds one without an index", async () => {
  const query = (filter: Document, sort: Document = {}) => ({
    ...{ command: "find", collection: "deliveries", isBounded: true, hint: undefined },
    filter,
    sort,
  });
  expect(isServed(query({ reason: "x" }))).toBe(false);
  expect(isServed(query({ replay: "x", attempt: 0 }))).toBe(false);
  expect(isServed(query({ state: "waiting", subscription: "x" }))).toBe(true);
  expect(isServed(query({ state: "dead" }, { attempt: 1 }))).toBe(false);
  expect(isServed(query({ state: "dead" }, { eventId: -1 }))).toBe(true);
  expect(isServed(query({ subscription: "x", state: "dead" }, { nextAttemptAt: 1 }))).toBe(false);
  const due = { subscription: "x", replayed: null, nextAttemptAt: { $gte: 0 } };
  expect(isServed(query(due, { nextAttemptAt: 1, _id: 1 }))).toBe(true);
  expect(isServed(query({ state: "waiting", subscription: "x" }, { generation: 1 }))).toBe(false);
  expect(isServed(query({}, { attempt: 1 }))).toBe(false);
  expect(isServed({ ...query(due), hint: "by_due_time" })).toBe(true);
  expect(isServed({ ...query(due), hint: "waiting" })).toBe(false);
});
