import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { AUDIT_MS_MAX, type AuditEntry } from "../contract/audit.ts";
import type { SuiteContext } from "./fixtures.ts";

/** `recordAudit`, `auditLog`: who did what. */
export function testAudit(context: SuiteContext): void {
  const entry = (part: Partial<AuditEntry> = {}): AuditEntry => {
    const at = part.at ?? context.store.now();
    return {
      id: newId("aud", { now: at }),
      at,
      caller: "ana@example.com",
      action: "pause",
      target: "crm é\u0000",
      reason: "it $misbehaves",
      outcome: "started",
      ...part,
    };
  };

  test("auditLog() of an empty store", async () => {
    expect(await context.store.auditLog({ limit: 10 })).toEqual([]);
  });

  test("recordAudit() adds entries, and replaces one with the same id", async () => {
    const { store } = context;
    const [first, second] = [entry(), entry({ reason: "" })];
    await store.recordAudit(first);
    await store.recordAudit(second);
    await store.recordAudit({ ...first, outcome: "done" });
    expect(await store.auditLog({ limit: 10 })).toEqual([second, { ...first, outcome: "done" }]);
  });

  test("auditLog() goes from the newest to the oldest, by time and page by page", async () => {
    const { store } = context;
    const now = store.now();
    const entries = [60_000, 120_000, 180_000, 240_000].map((ago) => entry({ at: now - ago }));
    for (const one of [...entries].reverse()) await store.recordAudit(one);
    expect(await store.auditLog({ limit: 2 })).toEqual(entries.slice(0, 2));
    const before = entries[1]?.id ?? "";
    expect(await store.auditLog({ limit: 2, before })).toEqual(entries.slice(2));
    expect(await store.auditLog({ limit: 9, since: now - 150_000 })).toEqual(entries.slice(0, 2));
  });

  test("pruneAudit() removes what is older", async () => {
    const { store } = context;
    const young = entry();
    const old = entry({ at: young.at - AUDIT_MS_MAX - 60_000 });
    for (const one of [old, young]) await store.recordAudit(one);
    expect(await store.auditLog({ limit: 10 })).toEqual([young, old]);
    const madeBefore = young.at - AUDIT_MS_MAX;
    expect(await store.pruneAudit({ madeBefore })).toBe(1);
    expect(await store.pruneAudit({ madeBefore })).toBe(0);
    expect(await store.auditLog({ limit: 10 })).toEqual([young]);
  });
}
