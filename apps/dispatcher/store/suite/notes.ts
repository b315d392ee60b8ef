import { expect, test } from "@jest/globals";
import { NOTE_CHARS_MAX } from "../contract/notes.ts";
import type { SuiteContext } from "./fixtures.ts";

const TEXT = 'é $set "a.b" \u0000 \u202e';

/** `note`, `writeNote`. */
export function testNotes(context: SuiteContext): void {
  test("note() that was never written is empty", async () => {
    expect(await context.store.note("a")).toEqual({ revision: 0, text: "" });
  });

  test("writeNote() replaces the note of its revision, and refuses an older one", async () => {
    const { store } = context;
    expect(await store.writeNote("a", { revision: 0, text: TEXT })).toBe(true);
    expect(await store.writeNote("a", { revision: 0, text: "other" })).toBe(false);
    expect(await store.note("a")).toEqual({ revision: 1, text: TEXT });
    expect(await store.writeNote("a", { revision: 1, text: "" })).toBe(true);
    expect(await store.writeNote("a", { revision: 1, text: "late" })).toBe(false);
    expect(await store.note("a")).toEqual({ revision: 2, text: "" });
    expect(await store.note("b")).toEqual({ revision: 0, text: "" });
  });

  test.each([0, 1])("of many writeNote() of revision %i at once one is done", async (revision) => {
    const { store } = context;
    if (revision > 0) await store.writeNote("a", { revision: 0, text: "" });
    const writes = Array.from({ length: 8 }, (_, n) =>
      store.writeNote("a", { revision, text: `${n}` }),
    );
    const done = await Promise.all(writes);
    expect(done.filter(Boolean)).toHaveLength(1);
    const text = `${done.indexOf(true)}`;
    expect(await store.note("a")).toEqual({ revision: revision + 1, text });
  });

  test("writeNote() refuses a text that is too long", async () => {
    const note = { revision: 0, text: "x".repeat(NOTE_CHARS_MAX + 1) };
    await expect(context.store.writeNote("a", note)).rejects.toThrow(RangeError);
    expect(await context.store.note("a")).toEqual({ revision: 0, text: "" });
  });
}
