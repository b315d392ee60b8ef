import { hash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeEvent, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { RunningDispatcher } from "./suite/running_dispatcher.ts";
import { sampleSubscription } from "./suite/sample_claimed.ts";

/** Fails in seven ways, with other numbers, ids and times each time. */
const HANDLER = `export function handle(event) {
  const { n, cause } = event.data;
  switch (cause) {
    case 0: return event.data.user.email;
    case 1: throw new Error(\`no course \${n} for cus_Nff\${n}Fe\`);
    case 2: throw new RangeError(\`late since \${new Date(1.7e12 + n * 1_000).toISOString()}\`);
    case 3: throw new Error(\`row \${crypto.randomUUID()} is locked by \${n}\`);
    case 4: throw new TypeError(\`ids \${Array.from({ length: (n % 5) + 1 }, (_, i) => n + i).join(", ")} are unknown\`);
    case 5: throw Object.assign(new Error(\`user\${n}@example.com bounced\`), { code: "EENVELOPE" });
    default: throw \`queue of \${n} is full\`;
  }
}
`;

const DELIVERIES = 10_000;
const CAUSES = 7;
const BATCH = 500;

/** More than all of them: on a busy machine they wait for their turn. */
const backlog = { deliveriesMax: 100_000, bytesMax: 2 ** 30, ageMsMax: 86_400_000 };

test("10,000 dead deliveries of seven causes are seven groups, each with its file, its line and when it began", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "fails.mjs");
  await writeFile(path, HANDLER);
  const target = { kind: "handler", path } as const;
  const retry = { name: "none", delaysMs: [], jitter: 0 };
  const part = { target, retry, backlog, concurrency: 1_000 };
  const subscriptions = [sampleSubscription({ name: "crm", ...part })];
  const from = Date.now();
  await using dispatcher = await RunningDispatcher.start(folder.path, { subscriptions });
  const { admin } = dispatcher.client;
  for (let n = 0; n < DELIVERIES; n += BATCH) {
    const events = Array.from({ length: BATCH }, (_, index) => eventOf(n + index));
    await dispatcher.capture(...events);
  }
  const list = () =>
    admin.listFailures({ subscription: "crm", states: [], pageSize: 0, pageToken: "" });
  const isDone = async () => {
    const { failures } = await list();
    return failures.reduce((sum, { dead }) => sum + dead, 0) === DELIVERIES;
  };
  await waitFor(isDone, { what: "all deliveries to be dead", timeoutMs: 300_000 });
  const { failures } = await list();
  expect(failures).toHaveLength(CAUSES);
  const counts = Array.from({ length: CAUSES }, (_, cause) => countOf(cause));
  expect(failures.map(({ dead }) => dead).toSorted()).toEqual(counts.toSorted());
  const fileSha256 = hash("sha256", await readFile(path));
  for (const failure of failures) {
    expect(failure).toMatchObject({ state: "open", target: path, fileSha256, kind: "failed" });
    expect(failure.firstAtMs).toBeGreaterThanOrEqual(from);
    expect(failure.lastAtMs).toBeLessThanOrEqual(Date.now());
    expect(failure.lastHour).toBe(failure.attempts);
  }
  const lines = failures.map(({ frame }) => frame).toSorted();
  // A thrown string has no frame.
  expect(lines).toEqual(["", ...[4, 5, 6, 7, 8, 9].map((n) => `handle (fails.mjs:${n})`)]);
  const { changesBefore } = await admin.getFailure({ id: failures[0]?.id ?? "" });
  expect(changesBefore.map(({ kind, subject }) => [kind, subject])).toContainEqual([
    "handler",
    path,
  ]);
  expect(changesBefore.map(({ kind }) => kind)).toContain("start");
}, 400_000);

test("a group that was resolved is open again once it fails again, and its deliveries are repeated together", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "fails.mjs");
  await writeFile(path, HANDLER);
  const target = { kind: "handler", path } as const;
  const retry = { name: "none", delaysMs: [], jitter: 0 };
  const part = { target, retry, backlog, concurrency: 1_000 };
  const subscriptions = [sampleSubscription({ name: "crm", ...part })];
  await using dispatcher = await RunningDispatcher.start(folder.path, { subscriptions });
  const { admin } = dispatcher.client;
  const [one, other] = [eventOf(1), eventOf(2)];
  await dispatcher.capture(one, other);
  const [dead] = await dispatcher.waitForState(one.id, "DEAD");
  await dispatcher.waitForState(other.id, "DEAD");
  const id = dead?.failure ?? "";
  const states = async () => (await admin.getFailure({ id })).failure;
  expect(await admin.acknowledgeFailure({ id, reason: "ana looks" })).toMatchObject({
    failure: { state: "acknowledged", stateBy: "anybody", stateReason: "ana looks", attempts: 1 },
  });
  expect((await admin.resolveFailure({ id })).failure?.state).toBe("resolved");
  const filter = {
    ...{ ids: [], source: "", type: "", subscription: "", failure: id },
    state: "DELIVERY_STATE_UNSPECIFIED" as const,
  };
  const asked = { filter, reason: "again", perSecond: 0, dryRun: false };
  expect(await admin.createReplay(asked)).toMatchObject({ matched: 1, countedAll: true });
  const isOpen = async () => (await states())?.state === "open";
  await waitFor(isOpen, { what: "the group to be open again", timeoutMs: 20_000 });
  expect(await states()).toMatchObject({ attempts: 2, dead: 2, returned: true });
  const audit = await admin.listAudit({ pageSize: 0, pageToken: "" });
  expect(audit.entries.map(({ action }) => action)).toEqual(["replay", "resolve", "acknowledge"]);
  await expect(admin.getFailure({ id: `flr_${"0".repeat(32)}` })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
}, 60_000);

function eventOf(n: number) {
  const body = Buffer.from(JSON.stringify({ type: "a", data: { n, cause: n % CAUSES } }));
  return makeEvent({ body, type: "a", provider: "generic", providerEventId: `${n}` });
}

function countOf(cause: number): number {
  return Math.ceil((DELIVERIES - cause) / CAUSES);
}
