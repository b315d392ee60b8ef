import { createHash, randomBytes } from "node:crypto";
import type { ConfiguredSource, Protect } from "@hookgate/config";
import { findPlaces, formatHeaderBlock, headerRecord } from "@hookgate/providers";
import { makeEvent } from "@hookgate/testing";
import { type CapturedEvent, newId, type QuarantinedRequest } from "@hookgate/types";
import { beforeEach, expect, test } from "@jest/globals";
import { protectedStore } from "./protected_store.ts";
import { Protection } from "./protection.ts";
import { memoryKeys } from "./suite/memory_keys.ts";

const NOTHING = { drop: [], mask: [], encrypt: [] };

function sourceOf(name: string, protect?: Partial<Protect>): ConfiguredSource {
  return {
    name,
    provider: "generic",
    secrets: [],
    scheme: null,
    publicUrl: null,
    settings: {},
    allowedIps: { mode: "off", ranges: [] },
    ...(protect && { protect: { ...NOTHING, subject: null, headers: NOTHING, ...protect } }),
  };
}

const CRM = sourceOf("crm", {
  drop: ["/data/card"],
  mask: ["/data/phone"],
  encrypt: ["/data/user"],
  subject: "/data/id",
  headers: { drop: ["x-forwarded-for"], mask: ["x-agent"], encrypt: ["x-user"] },
});

const MASTER = randomBytes(32);
const BODY =
  '{ "data":{"id":"u1", "card":"4242424242424242","phone":5551234, "user":{"mail":"ana@example.com"} }}';

let store: ReturnType<typeof memoryKeys>;
let protection: Protection;

async function protectionOf(
  sources: readonly ConfiguredSource[],
  { keys = store, master = MASTER as Uint8Array | null } = {},
): Promise<Protection> {
  const made = new Protection({
    store: keys,
    readMasterKey: () => master,
    findElsewhere: async (event, wanted) => findPlaces(event, wanted),
  });
  await made.prepare(sources);
  made.use(sources);
  return made;
}

beforeEach(async () => {
  store = memoryKeys();
  protection = await protectionOf([CRM, sourceOf("open")]);
});

function received(body: string | Uint8Array, part: Partial<CapturedEvent> = {}): CapturedEvent {
  const bytes = Buffer.from(body);
  return {
    ...makeEvent({ body: bytes }),
    id: newId("evt"),
    source: "crm",
    flags: [],
    headers: formatHeaderBlock([
      ...["Content-Type", "application/json", "X-Forwarded-For", "203.0.113.9"],
      ...["X-Agent", "secret agent", "X-User", "ana@example.com"],
    ]),
    bodySha256: createHash("sha256").update(bytes).digest(),
    dedupe: "none",
    bodyWindowMs: 0,
    ...part,
  };
}

async function protectOne(event: CapturedEvent): Promise<CapturedEvent> {
  const [stored] = await protection.protect([event]);
  if (stored === undefined) throw new Error("Cannot happen");
  return stored;
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const allOf = ({ headers, body, protection: done }: CapturedEvent) =>
  textOf(Buffer.concat([headers, body, done?.sealed ?? Buffer.of()]));

test("protect() leaves events of sources that protect nothing as they are, at once", () => {
  const events = [received(BODY, { source: "open" })];
  expect(protection.protect(events)).toBe(events);
});

test("protect() hides what is to be hidden, changes no other byte, and says so", async () => {
  const event = received(BODY);
  const stored = await protectOne(event);
  expect(textOf(stored.body)).toBe('{ "data":{"id":"u1", "phone":"***", "user":"[encrypted]" }}');
  expect(headerRecord(stored.headers)).toEqual({
    "content-type": "application/json",
    "x-agent": "***",
    "x-user": "[encrypted]",
  });
  expect(stored.flags).toEqual(["protected"]);
  expect(stored.protection?.done).toEqual([
    "dropped header x-forwarded-for",
    "masked header x-agent",
    "encrypted header x-user",
    "dropped /data/card",
    "masked /data/phone",
    "encrypted /data/user",
  ]);
  for (const hidden of ["4242", "5551234", "ana@", "203.0.113.9", "secret agent"]) {
    expect(allOf(stored)).not.toContain(hidden);
  }
  // A plain digest would tell whoever guesses the card that the guess is right.
  expect(stored.bodySha256).not.toEqual(event.bodySha256);
  expect((await protectOne(received(BODY))).bodySha256).toEqual(stored.bodySha256);
});

test("open() gives targets what was encrypted as it came, and never what was dropped or masked", async () => {
  const { event, hide } = await protection.open(await protectOne(received(BODY)));
  const expected = '{ "data":{"id":"u1", "phone":"***", "user":{"mail":"ana@example.com"} }}';
  expect(textOf(event.body)).toBe(expected);
  expect(headerRecord(event.headers)["x-user"]).toBe("ana@example.com");
  expect(event.bodySha256).toEqual(createHash("sha256").update(expected).digest());
  expect(event.protection?.sealed).toHaveLength(0);
  expect(hide("no ana@example.com here")).toBe("no [protected] here");
});

test("show() keeps what is encrypted from operators", async () => {
  const shown = await protection.show(await protectOne(received(BODY)));
  expect(textOf(shown.body)).toContain('"user":"[encrypted]"');
  expect(shown.protection?.sealed).toHaveLength(0);
});

test("erase() leaves marks, also of what is in memory, and the next event has a new key", async () => {
  const stored = await protectOne(received(BODY));
  const other = await protectOne(received(BODY.replace("u1", "u2")));
  await protection.open(stored);
  expect(await protection.erase("u1", { dryRun: true })).toMatchObject([{ source: "crm" }]);
  expect(await protection.erase("u1", { dryRun: false })).toHaveLength(1);
  for (const read of [(await protection.open(stored)).event, await protection.show(stored)]) {
    expect(textOf(read.body)).toBe('{ "data":{"id":"u1", "phone":"***", "user":"[erased]" }}');
    expect(headerRecord(read.headers)["x-user"]).toBe("[erased]");
    expect(read.flags).toEqual(["protected", "erased"]);
    expect(read.protection?.done).toContain("encrypted /data/user, since erased");
  }
  expect(textOf((await protection.open(other)).event.body)).toContain("ana@");
  const next = await protectOne(received(BODY));
  expect(textOf((await protection.open(next)).event.body)).toContain("ana@");
  expect(textOf((await protection.open(stored)).event.body)).toContain("[erased]");
});

test("erase() reaches only the named source, and every source without one", async () => {
  const sources = [CRM, { ...CRM, name: "shop" }];
  protection = await protectionOf(sources);
  await protectOne(received(BODY));
  await protectOne(received(BODY, { source: "shop" }));
  expect(await protection.erase("u1", { source: "shop", dryRun: false })).toHaveLength(1);
  expect(await protection.erase("u1", { dryRun: false })).toMatchObject([{ source: "crm" }]);
  expect(await protection.erase("u1", { dryRun: false })).toEqual([]);
});

test("an event about two persons can be read until one of them is erased", async () => {
  const body = '{"data":{"id":"u1","id":"u2","user":"ana@example.com"}}';
  const stored = await protectOne(received(body));
  expect(textOf((await protection.open(stored)).event.body)).toBe(body);
  await protection.erase("u2", { dryRun: false });
  expect(textOf((await protection.open(stored)).event.body)).toContain('"user":"[erased]"');
});

test.each([
  ["what is no JSON", "ana@example.com paid"],
  ["JSON that ends early", BODY.slice(0, -1)],
  ["binary", Buffer.from("\0\xff ana@example.com", "latin1")],
])("protect() encrypts %s as a whole", async (_what, body) => {
  const stored = await protectOne(received(body));
  expect(textOf(stored.body)).toBe("[encrypted]");
  expect(stored.protection?.done.at(-1)).toBe(
    "encrypted the whole body, because it could not be read",
  );
  expect(allOf(stored)).not.toContain("ana@");
  expect(textOf((await protection.open(stored)).event.body)).toBe(textOf(Buffer.from(body)));
});

test("protect() says that nobody can be erased if the person is not named", async () => {
  const stored = await protectOne(received('{"data":{"user":"ana@example.com"}}'));
  expect(stored.protection?.done).toContain("encrypted /data/user (of an unknown person)");
  expect(textOf((await protection.open(stored)).event.body)).toContain("ana@");
});

test("protect() does not flag an event in which there is nothing to hide", async () => {
  protection = await protectionOf([sourceOf("crm", { mask: ["/data/phone"] })]);
  const event = received('{"data":{}}');
  const stored = await protectOne(event);
  // Its digest is that of what is stored.
  expect(stored).toMatchObject({ flags: [], bodySha256: event.bodySha256 });
  expect(stored).not.toHaveProperty("protection");
  expect(protection.isProtected(stored)).toBe(true);
});

test("open() refuses what was changed", async () => {
  const stored = await protectOne(received(BODY));
  const { done = [], sealed = Buffer.of() } = stored.protection ?? {};
  const changed = Buffer.from(sealed);
  changed[changed.length - 20] = (changed[changed.length - 20] ?? 0) ^ 1;
  const event = { ...stored, protection: { done, sealed: changed } };
  await expect(protection.open(event)).rejects.toThrow("it was changed");
  // Its places are bound to it, too.
  const moved = Buffer.from(
    textOf(sealed).replace('"start":', '"start" :').replace("}]", "}"),
    "latin1",
  );
  await expect(
    protection.open({ ...stored, protection: { done, sealed: moved } }),
  ).rejects.toThrow();
});

test("hideOrderKey() hides keys of sources that protect, always alike", () => {
  const [one, two] = ["crm", "crm"].map((source) => protection.hideOrderKey(source, '"ana"'));
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect(two).toBe(one);
  expect(protection.hideOrderKey("open", '"ana"')).toBe('"ana"');
  expect(protection.hideOrderKey("crm", "")).toBe("");
});

const REFUSED: QuarantinedRequest = {
  id: newId("qtn"),
  source: "crm",
  provider: "generic",
  receivedAt: 0,
  reason: "no_match",
  diagnosis: [],
  address: "",
  addressChain: "",
  method: "POST",
  url: "/",
  headers: received(BODY).headers,
  body: Buffer.from(BODY),
  releasedAs: null,
};

test("protectRefused() keeps the exact bytes, encrypted, for verifying them again", async () => {
  const kept = await protection.protectRefused(REFUSED);
  const { headers, body, sealed = Buffer.of() } = kept;
  const all = textOf(Buffer.concat([headers, body, sealed]));
  for (const hidden of ["4242", "ana@", "203.0.113.9"]) expect(all).not.toContain(hidden);
  expect(await protection.openRefused(kept)).toEqual({
    ...REFUSED,
    headers: Buffer.from(REFUSED.headers),
  });
  const open = { ...REFUSED, source: "open" };
  expect(await protection.protectRefused(open)).toBe(open);
});

test("prepare() refuses another key than the one in use before, and a store without one", async () => {
  await expect(protectionOf([CRM], { master: randomBytes(32) })).rejects.toThrow(
    "not the one that the store's keys are wrapped with",
  );
  await expect(protectionOf([CRM], { master: null })).rejects.toThrow(
    "Cannot protect data of crm: set DATA_KEY",
  );
  const later = await protectionOf([sourceOf("open")], { master: null });
  const stored = await protectOne(received(BODY));
  await expect(later.open(stored)).rejects.toThrow("there is no key");
  expect(await later.erase("u1", { dryRun: false })).toBeNull();
});

test("keys are read once, and with a shared store again after a while", async () => {
  await protectOne(received(BODY));
  const { reads } = store;
  await protection.open(await protectOne(received(BODY)));
  expect(store.reads).toBe(reads);
  // Another dispatcher has erased the person.
  const shared = memoryKeys(true);
  const [here, there] = [
    await protectionOf([CRM], { keys: shared }),
    await protectionOf([CRM], { keys: shared }),
  ];
  protection = here;
  const stored = await protectOne(received(BODY));
  await there.erase("u1", { dryRun: false });
  expect(textOf((await there.open(stored)).event.body)).toContain("[erased]");
});

test("protectedStore() refuses what nobody has protected, and keeps both parts as one", async () => {
  const committed: CapturedEvent[] = [];
  const inner: Parameters<typeof protectedStore>[0] = {
    async commit(captures) {
      committed.push(...captures.map(({ event }) => event));
      return [];
    },
    quarantine: async () => 1,
    async getEvent(id) {
      const event = committed.find((one) => one.id === id);
      return event ? { event, deliveries: [], skipped: [] } : null;
    },
    release: async () => null,
    claimDue: async () => [],
    async readBodies() {
      const lookedAt = { searched: committed.length, skipped: 0 };
      const events = committed.map((event) => ({ ...event, lookedAt }));
      return { events, lookedAt, cursor: null, tookMs: 0 };
    },
  };
  const wrapped = protectedStore(inner, protection);
  const event = received(BODY);
  const capture = (one: CapturedEvent) => ({ event: one, deliveries: [], skipped: [] });
  const commit = (one: CapturedEvent) => wrapped.commit([capture(one)], { revision: 1 });
  await expect(commit(event)).rejects.toThrow("Cannot store what crm sent");
  await expect(wrapped.quarantine([REFUSED])).rejects.toThrow("Cannot store what crm sent");
  await wrapped.quarantine([await protection.protectRefused(REFUSED)]);

  const stored = await protectOne(event);
  await commit(stored);
  await commit(received(BODY, { source: "open", flags: ["protected"] }));
  expect(committed.map(({ flags }) => flags)).toEqual([["protected"], []]);
  expect(committed[0]).not.toHaveProperty("protection");
  const read = await wrapped.getEvent(stored.id);
  expect(textOf(read?.event.body ?? Buffer.of())).toBe(textOf(stored.body));
  expect(textOf((await protection.open(read?.event ?? stored)).event.body)).toContain("ana@");
  const range = { source: "crm", from: 0, to: 1, cursor: null, text: null };
  const { events } = await wrapped.readBodies(range);
  expect(events.map(({ body }) => textOf(body))).toEqual([textOf(stored.body), BODY]);
  // What is encrypted belongs to its event.
  const [packed] = committed;
  if (packed !== undefined) committed.push({ ...packed, id: newId("evt") });
  await expect(wrapped.getEvent(committed.at(-1)?.id ?? "")).rejects.toThrow("is of evt_");
});
