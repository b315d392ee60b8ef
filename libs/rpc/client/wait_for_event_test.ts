import { makeEvent } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import type { AdminHandlers } from "../generated/admin_calls.ts";
import type { EventSummaryMessage } from "../generated/messages.ts";
import { eventToMessage } from "../messages/event_message.ts";
import { RpcError } from "../transport/rpc_error.ts";
import { waitForEvent } from "./wait_for_event.ts";

const NOW = Date.UTC(2026, 10, 24);

/** A dispatcher that has these events, newest first, in pages of two; those with `orderId` have it in their body. */
class Fake implements Pick<AdminHandlers, "listEvents" | "findInBodies"> {
  events: (EventSummaryMessage & { orderId?: string })[] = [];
  asked: { fromMs?: number }[] = [];
  searched: string[] = [];
  fails: RpcError | null = null;

  add(at: number, { source = "academy", orderId }: { source?: string; orderId?: string } = {}) {
    const event = eventToMessage(makeEvent({ source, type: "payment.success", receivedAt: at }));
    const summary = { event, bodyBytes: 0, deliveries: [], ...(orderId && { orderId }) };
    this.events = [summary, ...this.events].sort(
      (a, b) => (b.event?.receivedAtMs ?? 0) - (a.event?.receivedAtMs ?? 0),
    );
    return event.id;
  }

  listEvents: AdminHandlers["listEvents"] = async ({ fromMs = 0, source, pageToken }) => {
    if (this.fails) throw this.fails;
    if (pageToken === "") this.asked.push({ fromMs });
    const all = this.events.filter(({ event }) => {
      return (event?.receivedAtMs ?? 0) >= fromMs && (source === "" || event?.source === source);
    });
    const at = Number(pageToken);
    const nextPageToken = at + 2 < all.length ? String(at + 2) : "";
    return { events: all.slice(at, at + 2), nextPageToken, notes: [] };
  };

  findInBodies: AdminHandlers["findInBodies"] = async ({ source, where, pageToken }) => {
    this.searched.push(source);
    // The first part of a search may find nothing.
    const isFirst = pageToken === "";
    const found = this.events.filter(
      ({ event, orderId }) => event?.source === source && orderId === where?.value,
    );
    return {
      ...{ searched: 0, total: 0, countedMax: 0, skipped: 0, searchedFromMs: 0, notes: [] },
      events: isFirst ? [] : found.slice(0, 1),
      nextPageToken: isFirst ? "more" : "",
    };
  };
}

const WANTED = { type: "payment.success", sinceMs: NOW - 60_000 };

test("waitForEvent() finds what came just before, the newest one, and not what came too early", async () => {
  const admin = new Fake();
  admin.add(NOW - 61_000);
  expect(await waitForEvent(admin, WANTED, { timeoutMs: 0 })).toBeNull();
  admin.add(NOW - 60_000);
  const newest = admin.add(NOW - 1_000);
  const found = await waitForEvent(admin, WANTED, { timeoutMs: 0 });
  expect(found?.event?.id).toBe(newest);
});

test("waitForEvent() finds what comes later, also if it is stored behind one that came after it", async () => {
  const admin = new Fake();
  const where = { pointer: "/data/orderId", value: "o1" };
  admin.add(NOW, { orderId: "o2" });
  const waiting = waitForEvent(admin, { ...WANTED, where }, { timeoutMs: 5_000, lookMs: 5 });
  setTimeout(() => admin.add(NOW - 9_000, { source: "shop", orderId: "o1" }), 30);
  const found = await waiting;
  expect(found?.event?.source).toBe("shop");
  // Bodies are searched only where something new has come.
  expect(admin.searched).toEqual(["academy", "academy", "shop", "shop"]);
  expect(admin.asked.at(-1)).toEqual({ fromMs: NOW - 10_000 });
});

test("waitForEvent() tells a dispatcher that cannot be asked, and waits for one that goes away", async () => {
  const admin = new Fake();
  admin.fails = new RpcError("UNAVAILABLE", "away");
  const options = { timeoutMs: 5_000, lookMs: 5 };
  await expect(waitForEvent(admin, WANTED, options)).rejects.toThrow("away");
  admin.fails = null;
  const waiting = waitForEvent(admin, WANTED, options);
  setTimeout(() => {
    admin.fails = new RpcError("UNAVAILABLE", "away");
    setTimeout(() => {
      admin.add(NOW);
      admin.fails = null;
    }, 30);
  }, 10);
  expect((await waiting)?.event?.type).toBe("payment.success");

  const denied = waitForEvent(admin, { ...WANTED, sinceMs: NOW + 1 }, options);
  setTimeout(() => {
    admin.fails = new RpcError("PERMISSION_DENIED", "revoked");
  }, 10);
  await expect(denied).rejects.toThrow("revoked");
});

test("waitForEvent() ends when its signal says so", async () => {
  const stop = new AbortController();
  const waiting = waitForEvent(new Fake(), WANTED, { timeoutMs: 5_000, signal: stop.signal });
  stop.abort(new Error("seen enough"));
  await expect(waiting).rejects.toThrow("seen enough");
});
