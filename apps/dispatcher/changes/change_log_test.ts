import { expect, test } from "@jest/globals";
import type { Change, ChangeQuery } from "../store/contract/changes.ts";
import { exampleSource } from "../suite/example_source.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { ChangeLog } from "./change_log.ts";
import { noteSecretStates, noteSecretValues, secretStates } from "./note_secrets.ts";
import { noteBreakers } from "./note_subscriptions.ts";

const NOW = 1_800_000_000_000;

/** A store that keeps changes, or fails. */
function bench({ fails = false } = {}) {
  const kept: Change[] = [];
  const store = {
    now: () => NOW,
    async recordChanges(changes: readonly Change[]) {
      if (fails) throw new Error("the disk is full");
      kept.push(...changes);
    },
    async changes({ kinds, subject }: ChangeQuery) {
      const found = kept.filter((one) => kinds?.includes(one.kind) && one.subject === subject);
      return found.toReversed();
    },
  };
  const { log, lines } = recordingLog();
  return { changes: new ChangeLog({ store, log }), kept, lines };
}

test("ChangeLog writes changes in order, and close() waits for them", async () => {
  const { changes, kept } = bench();
  for (const text of ["one", "two"]) changes.note({ kind: "reload", subject: "", text });
  changes.note({ kind: "pause", subject: "crm", text: "x".repeat(900) });
  await changes.close();
  expect(kept.map(({ text }) => text)).toEqual(["one", "two", "x".repeat(500)]);
  expect(kept.map(({ id }) => id)).toEqual(kept.map(({ id }) => id).toSorted());
});

test("ChangeLog says what it could not write, and goes on", async () => {
  const { changes, lines } = bench({ fails: true });
  changes.note({ kind: "start", subject: "", text: "one" });
  await changes.close();
  expect(lines).toHaveLength(1);
});

test("ChangeLog.noteFile() notes a file that is new or has changed, once", async () => {
  const { changes, kept } = bench();
  for (const sha256 of ["", "aa", "aa", "bb"]) {
    await changes.noteFile("/app/crm.ts", sha256);
    await changes.close();
  }
  expect(kept.map(({ subject, text }) => [subject, text])).toEqual([
    ["/app/crm.ts", "new: aa"],
    ["/app/crm.ts", "changed: aa → bb"],
  ]);
});

const secret = (id: string, value: string, state: "active" | "retiring" = "active") => {
  return { id, value, state, until: null };
};

test("secrets are noted by their ids and states, and never by their values", () => {
  const notes: object[] = [];
  const changes = { note: (note: object) => void notes.push(note) };
  const before = [exampleSource({ name: "a", secrets: [secret("1", "old-value")] })];
  const after = [
    exampleSource({ name: "a", secrets: [secret("1", "new-value", "retiring"), secret("2", "x")] }),
    exampleSource({ name: "b", secrets: [] }),
  ];
  noteSecretStates(changes, { before: secretStates(before), sources: after });
  noteSecretValues(changes, before, after);
  expect(notes).toEqual([
    { kind: "secret", subject: "a", text: "secrets were 1 active, are 1 retiring, 2 active" },
    { kind: "secret", subject: "a", text: "new value of 1" },
  ]);
  expect(secretStates(after)).not.toContain("value");
  noteSecretStates(changes, { before: "", sources: after });
  noteSecretStates(changes, { before: secretStates(after), sources: after });
  expect(notes).toHaveLength(2);
});

test("noteBreakers() notes that one opens and closes, and not that it is tried", () => {
  const notes: string[] = [];
  const heard: string[] = [];
  const note = ({ text }: { text: string }) => void notes.push(text);
  const onBreaker = noteBreakers({ note }, (_name, state) => void heard.push(state));
  for (const state of ["open", "half_open", "open", "half_open", "closed", "closed"] as const) {
    onBreaker("crm", state);
  }
  expect(notes).toEqual(["opened: deliveries wait", "closed"]);
  expect(heard).toHaveLength(6);
});
