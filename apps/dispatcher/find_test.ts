import { makeEvent, temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { RunningDispatcher } from "./suite/running_dispatcher.ts";
import { sampleSubscription } from "./suite/sample_claimed.ts";

let stack: AsyncDisposableStack;
let dispatcher: RunningDispatcher;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryDirectory());
  const subscriptions = [sampleSubscription({ name: "crm", target: { kind: "stream" } as never })];
  dispatcher = stack.use(await RunningDispatcher.start(folder.path, { subscriptions }));
});
afterAll(() => stack.disposeAsync());

async function keep(n: number) {
  const body = Buffer.from(JSON.stringify({ type: "a", data: { n, customer: `cus_${n}` } }));
  const event = makeEvent({ body, type: "a", providerEventId: `prov_${n}`, dedupe: "id" });
  await dispatcher.capture(event);
  return event;
}

test("find() finds an event by its own id, its delivery's and the provider's, wherever they stand", async () => {
  const { admin } = dispatcher.client;
  const { id } = await keep(1);
  const delivery = (await admin.getEvent({ id })).deliveries[0]?.id ?? "";
  const whats = async (text: string) => (await admin.find({ text })).found;
  expect(await whats(id)).toMatchObject([{ what: "event", id, event: { event: { id } } }]);
  expect(await whats(`{"delivery":"${delivery}","event":"${id}"}`)).toMatchObject([
    { what: "delivery", id: delivery, event: { event: { id } } },
    { what: "event", id },
  ]);
  // A trace has the id of its event.
  for (const trace of [id.slice(4), `00-${id.slice(4)}-${id.slice(20)}-01`]) {
    expect(await whats(trace)).toMatchObject([{ what: "event", id }]);
  }
  expect(await whats(' "prov_1", ')).toMatchObject([
    {
      what: "provider_event",
      id: "prov_1",
      event: { event: { id }, deliveries: [{ id: delivery }] },
    },
  ]);
  const { found, notes } = await admin.find({ text: "prov_unknown" });
  expect(found).toEqual([]);
  expect(notes[0]).toMatch(/search their bodies/);
  expect((await admin.find({ text: `ntf_${"0".repeat(32)}` })).notes).toEqual([
    `ntf_${"0".repeat(32)} names a message to operators: npx hookgate notify lists what they were told`,
  ]);
  expect(await whats(id.toUpperCase())).toMatchObject([{ what: "event", id }]);
  expect(await whats(`evt_${"0".repeat(32)} flr_${"0".repeat(32)} rpl_${"0".repeat(32)}`)).toEqual(
    [],
  );
  await expect(admin.find({ text: " " })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("findInBodies() finds an event by a field of its body, and says how much was searched", async () => {
  const { admin } = dispatcher.client;
  const [one] = [await keep(17), await keep(18)];
  const where = { pointer: "/data/customer", value: "cus_17" };
  const request = { source: "academy", type: "", where, text: "", limit: 0, pageToken: "" };
  const answer = await admin.findInBodies(request);
  expect(answer.events.map(({ event }) => event?.id)).toEqual([one.id]);
  expect(answer.nextPageToken).toBe("");
  expect(answer.searched).toBe(answer.total);
  const { notes } = await admin.findInBodies({ ...request, source: "acadmy" });
  expect(notes[0]).toMatch(/did you mean academy/);
});

test("createCopy() delivers another body to one subscription, marked, and takes nothing's place", async () => {
  const { admin } = dispatcher.client;
  const original = await keep(33);
  const body = Buffer.from('{"type":"a","data":{"n":34}}');
  const asked = { eventId: original.id, subscription: "crm", body, reason: "to try the fix" };
  const { eventId, deliveryId } = await admin.createCopy(asked);
  const copy = await admin.getEvent({ id: eventId });
  const providerEventId = `copy ${eventId} of ${original.id}`;
  expect(copy.event).toMatchObject({ type: "a", flags: ["edited"], providerEventId });
  expect(Buffer.from(copy.event?.body ?? [])).toEqual(body);
  expect(copy.deliveries).toMatchObject([{ id: deliveryId, subscription: "crm" }]);
  // What the provider sends with that very body is an event of its own.
  const genuine = makeEvent({ body, type: "a", providerEventId: "", dedupe: "body" });
  const [answer] = await dispatcher.capture(genuine);
  expect(answer).toMatchObject({ eventId: genuine.id });
  expect((await admin.getEvent({ id: genuine.id })).event?.flags).toEqual([]);
  const code = (part: object) =>
    admin.createCopy({ ...asked, ...part }).catch((error) => error.code);
  expect(await code({ subscription: "cmr" })).toBe("NOT_FOUND");
  expect(await code({ eventId: `evt_${"0".repeat(32)}` })).toBe("NOT_FOUND");
  expect(await code({ body: Buffer.alloc(1_024 * 1_024 + 1) })).toBe("INVALID_ARGUMENT");
  const { entries } = await admin.listAudit({ pageSize: 0, pageToken: "" });
  expect(entries.at(-1)).toMatchObject({ action: "copy", reason: "to try the fix" });
});

test("find() finds whatever has an id of ours, and names of sources and subscriptions", async () => {
  const { admin } = dispatcher.client;
  const { id: eventId } = await keep(2);
  const action = { replay: null, release: null, pause: { subscription: "crm" } };
  const { proposal } = await admin.propose({ action, reason: "it is down" });
  await admin.pauseSubscription({ name: "crm", reason: "it is down" });
  await admin.resumeSubscription({ name: "crm" });
  const filter = { ids: [eventId], source: "", type: "", subscription: "", state: "", failure: "" };
  const request = { filter, reason: "to see it", perSecond: 0, dryRun: false };
  const { replay } = await admin.createReplay(request as never);
  const { changes } = await admin.listChanges({
    kinds: [],
    subject: "",
    pageSize: 0,
    pageToken: "",
  });
  const { entries } = await admin.listAudit({ pageSize: 0, pageToken: "" });
  const all = [
    ["proposal", proposal?.id],
    ["replay", replay?.id],
    ...changes.map(({ id }) => ["change", id]),
    ...entries.map(({ id }) => ["audit_record", id]),
    ["source", "academy"],
    ["subscription", "crm"],
  ];
  expect(changes.length).toBeGreaterThan(1);
  expect(entries.length).toBeGreaterThan(1);
  for (const [what = "", id = ""] of all) {
    const { found } = await admin.find({ text: id });
    expect(found).toMatchObject([{ what, id }]);
  }
  const unknown = ["prp", "chg", "aud"].map((prefix) => `${prefix}_${"f".repeat(32)}`).join(" ");
  expect((await admin.find({ text: unknown })).found).toEqual([]);
});
