import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { CHANGES_MS_MAX, type Change } from "../contract/changes.ts";
import type { SuiteContext } from "./fixtures.ts";

/** `recordChanges`, `changes`. */
export function testChanges(context: SuiteContext): void {
  const change = (ago: number, part: Partial<Change> = {}): Change => {
    const at = context.store.now() - ago;
    const what = { kind: "pause", subject: "crm", text: "é $paused\u0000", value: "" } as const;
    return { id: newId("chg", { now: at }), at, ...what, ...part };
  };

  test("changes() of an empty store", async () => {
    expect(await context.store.changes({ limit: 10 })).toEqual([]);
    await context.store.recordChanges([]);
  });

  test("changes() goes from the newest to the oldest, by kind, subject and time, page by page", async () => {
    const { store } = context;
    const [fourth, third, second, first] = [
      change(60_000, { kind: "start", subject: "" }),
      change(120_000, { kind: "handler", subject: "/a.ts", value: "ab" }),
      change(180_000),
      change(240_000, { subject: "mail" }),
    ];
    await store.recordChanges([first, second]);
    await store.recordChanges([third, fourth]);
    expect(await store.changes({ limit: 10 })).toEqual([fourth, third, second, first]);
    expect(await store.changes({ limit: 2 })).toEqual([fourth, third]);
    expect(await store.changes({ limit: 2, before: third.id })).toEqual([second, first]);
    expect(await store.changes({ limit: 9, subject: "mail" })).toEqual([first]);
    expect(await store.changes({ limit: 9, kinds: ["start", "handler"] })).toEqual([fourth, third]);
    const between = { from: second.at - 1_000, to: third.at + 1_000 };
    expect(await store.changes({ limit: 9, ...between })).toEqual([third, second]);
    expect(await store.changes({ limit: 9, ...between, before: third.id })).toEqual([second]);
  });

  test("pruneChanges() removes what is older", async () => {
    const { store } = context;
    const [old, young] = [change(CHANGES_MS_MAX + 60_000), change(0)];
    await store.recordChanges([old, young]);
    expect(await store.changes({ limit: 10 })).toEqual([young, old]);
    const madeBefore = young.at - CHANGES_MS_MAX;
    expect(await store.pruneChanges({ madeBefore })).toBe(1);
    expect(await store.pruneChanges({ madeBefore })).toBe(0);
    expect(await store.changes({ limit: 10 })).toEqual([young]);
  });
}
