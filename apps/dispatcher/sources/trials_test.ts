import { expect, test } from "@jest/globals";
import type { Note } from "../store/contract/notes.ts";
import { Trials } from "./trials.ts";

const START = 1_800_000_000_000;

/** A store with one note and a clock. */
function bench() {
  let kept: Note = { revision: 0, text: "" };
  const clock = { now: START };
  const store = {
    now: () => clock.now,
    note: async () => kept,
    async writeNote(_name: string, { revision, text }: Note) {
      if (revision !== kept.revision) return false;
      kept = { revision: revision + 1, text };
      return true;
    },
  };
  return { clock, store };
}

test("a trial has a word and a secret of its own, and every dispatcher knows it until it closes", async () => {
  const { clock, store } = bench();
  const [one, other] = [new Trials({ store }), new Trials({ store })];
  const first = await one.open();
  const second = await one.open();
  expect(first.word).toMatch(/^[0-9a-f]{32}$/);
  expect(first.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect([second.word === first.word, second.secret === first.secret]).toEqual([false, false]);
  expect(await other.current()).toEqual([first, second]);
  clock.now = first.until - 1;
  expect(await other.current()).toHaveLength(2);
  clock.now = second.until + 1_000;
  expect(await other.current()).toEqual([]);
});

test("trials are bounded, and one of a clock that was set back is not open for long", async () => {
  const { clock, store } = bench();
  const trials = new Trials({ store });
  for (let n = 0; n < 20; n += 1) await trials.open();
  expect(await trials.current()).toHaveLength(8);
  clock.now -= 86_400_000;
  expect(await trials.current()).toEqual([]);
});

test("of two that are opened at once both are open", async () => {
  const { store } = bench();
  const all = [new Trials({ store }), new Trials({ store })];
  await Promise.all(all.map((trials) => trials.open()));
  expect(await new Trials({ store }).current()).toHaveLength(2);
});
