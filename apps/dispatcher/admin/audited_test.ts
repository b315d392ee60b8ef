import { type AdminHandlers, adminHandlers, RpcError } from "@hookgate/rpc";
import { createLog } from "@hookgate/telemetry";
import { expect, test } from "@jest/globals";
import type { AuditEntry } from "../store/contract/audit.ts";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import { audited } from "./audited.ts";

const NOW = 1_763_950_000_000;
const ANA = { name: "ana@example.com" };

function rig(handlers: Partial<AdminHandlers> = {}, fails = false) {
  const entries: AuditEntry[] = [];
  const called: string[] = [];
  const all = adminHandlers((name) => async () => {
    called.push(name);
    return {};
  });
  const admin = audited(
    { ...all, ...handlers },
    {
      store: {
        now: () => NOW,
        async recordAudit(entry) {
          if (fails) throw new StoreUnavailableError("gone");
          entries.push(entry);
        },
      },
      subjectId: (subject) => `subject ${subject.length}`,
      log: createLog({ name: "test", level: "silent" }),
    },
  );
  return { admin, entries, called };
}

test("audited() writes who does what and why before it is done, and what became of it", async () => {
  const { admin, entries } = rig();
  await admin.pauseSubscription({ name: "crm", reason: " its disk is full " }, ANA);
  const entry = {
    id: entries[0]?.id,
    at: NOW,
    caller: "ana@example.com",
    action: "pause",
    target: "crm",
    reason: "its disk is full",
  };
  expect(entries).toEqual([
    { ...entry, outcome: "started" },
    { ...entry, outcome: "done" },
  ]);
});

test("audited() writes refusals and faults, too", async () => {
  const { admin, entries } = rig({
    retryDelivery: () => Promise.reject(new RpcError("NOT_FOUND", "there is no delivery")),
    cancelDelivery: () => Promise.reject(new Error("a secret")),
  });
  await expect(admin.retryDelivery({ id: "dlv_1" }, ANA)).rejects.toThrow("there is no delivery");
  await expect(admin.cancelDelivery({ id: "dlv_1", reason: "" }, ANA)).rejects.toThrow();
  expect(entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    "retry started",
    "retry refused: there is no delivery",
    "cancel started",
    "cancel failed",
  ]);
});

test("audited() names every request that is released, however many come before it", async () => {
  const { admin, entries } = rig();
  const ids = [
    "x".repeat(600),
    ...Array.from({ length: 100 }, (_, at) => `qtn_${at}`.padEnd(36, "0")),
  ];
  await admin.verifyQuarantined({ ids, release: true, staleReason: "" }, ANA);
  for (const outcome of ["started", "done"]) {
    const ended = entries.filter((entry) => entry.outcome === outcome);
    const named = ended.flatMap(({ target }) => target.split(" "));
    expect(named).toEqual(["x".repeat(500), ...ids.slice(1)]);
    expect(new Set(ended.map(({ id }) => id)).size).toBe(ended.length);
  }
});

test("audited() names every event that is replayed by its id", async () => {
  const { admin, entries } = rig();
  const ids = Array.from({ length: 100 }, (_, at) => `evt_${at}`.padEnd(36, "0"));
  const filter = { ids, failure: "", source: "", type: "", subscription: "" };
  const state = "DELIVERY_STATE_UNSPECIFIED" as const;
  await admin.createReplay(
    { filter: { ...filter, state }, reason: "", perSecond: 0, dryRun: false },
    ANA,
  );
  const ended = entries.filter(({ outcome }) => outcome === "done");
  expect(ended.flatMap(({ target }) => target.split(" "))).toEqual(ids);
});

test("audited() bounds every text of an entry, whatever a call names", async () => {
  const long = "x".repeat(3_000_000);
  const refusal = new RpcError("INVALID_ARGUMENT", `there is no ${long}`);
  const refuse = () => Promise.reject(refusal);
  const { admin, entries } = rig({ setReplayState: refuse, createReplay: refuse });
  await expect(admin.setReplayState({ id: long, state: long, reason: "" }, ANA)).rejects.toThrow();
  const rest = { ids: [], failure: "", type: "", subscription: "" };
  const state = "DELIVERY_STATE_UNSPECIFIED" as const;
  const filter = { ...rest, state, source: long };
  await expect(
    admin.createReplay({ filter, reason: "", perSecond: 0, dryRun: false }, ANA),
  ).rejects.toThrow();
  const lengths = entries.flatMap((entry) => Object.values(entry).map((text) => `${text}`.length));
  expect(Math.max(...lengths)).toBe(500);
});

test("audited() does nothing where it cannot be recorded", async () => {
  const { admin, called } = rig({}, true);
  const call = admin.pauseSubscription({ name: "crm", reason: "" }, ANA);
  await expect(call).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(called).toEqual([]);
});

test("audited() records nothing of what changes nothing", async () => {
  const { admin, entries, called } = rig();
  await admin.getHealth({}, ANA);
  await admin.verifyQuarantined({ ids: ["qtn_1"], release: false, staleReason: "" }, ANA);
  await admin.createReplay({ filter: null, reason: "", perSecond: 0, dryRun: true }, ANA);
  expect(called).toEqual(["getHealth", "verifyQuarantined", "createReplay"]);
  expect(entries).toEqual([]);
});

test("audited() records what is released, and why one that is too old was let in", async () => {
  const results = [{ id: "qtn_1", outcome: "released", eventId: "evt_1" }];
  const { admin, entries } = rig({ verifyQuarantined: async () => ({ results }) });
  const release = { ids: ["qtn_1", "qtn_2"], release: true };
  await admin.verifyQuarantined({ ...release, reason: "new secret", staleReason: "" }, ANA);
  await admin.verifyQuarantined({ ...release, staleReason: "sent after our outage" }, ANA);
  const both = { reason: "ticket 7", staleReason: "sent after our outage" };
  await admin.verifyQuarantined({ ...release, ...both }, ANA);
  expect(entries.map(({ id, at, caller, ...entry }) => entry)).toEqual(
    [
      { action: "release", target: "qtn_1 qtn_2", reason: "new secret" },
      { action: "release stale", target: "qtn_1 qtn_2", reason: "sent after our outage" },
      { action: "release stale", target: "qtn_1 qtn_2", reason: "sent after our outage; ticket 7" },
    ].flatMap((entry) => [
      { ...entry, outcome: "started" },
      { ...entry, outcome: "done: 1 released" },
    ]),
  );
});

test("audited() records why of every action", async () => {
  const { admin, entries, called } = rig();
  const named = {
    id: "x_1",
    name: "crm",
    source: "crm",
    subject: "ana",
    recipient: "",
    eventId: "",
  };
  const request = { ...named, ids: ["qtn_1"], release: true, staleReason: "", reason: "ticket 7" };
  for (const call of Object.values(admin)) await call(request as never, ANA);
  // Only calls that change something are recorded.
  const ended = entries.filter(({ outcome }) => outcome !== "started");
  expect(ended.length).toBeGreaterThan(15);
  expect(ended.filter(({ reason }) => reason !== "ticket 7")).toEqual([]);
  expect(called.length).toBeGreaterThan(ended.length);
});

test("audited() names what a replay was made of, and the replay", async () => {
  const replay = { id: "rpl_1" } as never;
  const { admin, entries } = rig({
    createReplay: async () => ({
      replay,
      matched: 1,
      countedAll: true,
      bySubscription: [],
      notes: [],
    }),
  });
  const filter = {
    ids: [],
    failure: "",
    source: "shop",
    type: "",
    subscription: "crm",
    state: "DELIVERY_STATE_UNSPECIFIED" as const,
  };
  await admin.createReplay({ filter, reason: "fixed", perSecond: 0, dryRun: false }, ANA);
  expect(entries.at(-1)).toMatchObject({
    action: "replay",
    target: '{"source":"shop","subscription":"crm"}',
    reason: "fixed",
    outcome: "done: rpl_1",
  });
});

test("audited() does not write the name of a person who is erased", async () => {
  const { admin, entries } = rig({
    eraseSubject: async () => ({ keys: [{ source: "crm", month: "2026-12" }], inForceMs: 0 }),
  });
  const request = { subject: "ana@example.com", source: "crm", reason: "request 4711" };
  await admin.eraseSubject({ ...request, dryRun: true }, ANA);
  expect(entries).toEqual([]);
  await admin.eraseSubject({ ...request, dryRun: false }, ANA);
  expect(entries[1]).toMatchObject({
    action: "erase",
    target: "subject 15 in crm",
    reason: "request 4711",
    outcome: "done: 1 key deleted",
  });
});

test("audited() writes how many test messages were sent", async () => {
  const of = (ok: boolean) => ({ recipient: "ops", kind: "slack", ok, answer: "" });
  const results = [of(true), of(false), of(true)];
  const { admin, entries } = rig({ sendTestNotice: async () => ({ results }) });
  await admin.sendTestNotice({ recipient: "" }, ANA);
  expect(entries.at(-1)?.outcome).toBe("done: 2 sent, 1 failed");
});
