import { expect, test } from "@jest/globals";
import type { SuiteContext } from "./fixtures.ts";

const HOUR_MS = 3_600_000;

/** `openEnrolment`, `enrol`, `enrolments`: secrets that a handshake delivers while an operator lets it. */
export function testEnrolments(context: SuiteContext): void {
  const source = "asana";
  const open = (forMs = HOUR_MS) =>
    context.store.openEnrolment({ source, until: context.store.now() + forMs });
  const enrol = (secret: string) => context.store.enrol({ source, secret });
  const secretsNow = async () => (await context.store.enrolments())[0]?.secrets;

  test("enrolments() of an empty store", async () => {
    expect(await context.store.enrolments()).toEqual([]);
  });

  test("enrol() keeps nothing where no enrolment was ever opened", async () => {
    expect(await enrol("s1")).toBe(false);
    expect(await context.store.enrolments()).toEqual([]);
  });

  test("enrol() keeps the secret while the enrolment is open, and closes it", async () => {
    const { store } = context;
    const until = store.now() + HOUR_MS;
    await store.openEnrolment({ source, until });
    expect(await store.enrolments()).toEqual([{ source, openUntil: until, secrets: [] }]);
    expect(await store.enrol({ source: "other", secret: "s1" })).toBe(false);
    expect(await enrol("s1")).toBe(true);
    expect(await store.enrolments()).toEqual([{ source, openUntil: null, secrets: ["s1"] }]);
    expect(await enrol("s2")).toBe(false);
    expect(await store.enrolments()).toEqual([{ source, openUntil: null, secrets: ["s1"] }]);
  });

  test("enrol() by 8 at once keeps one", async () => {
    const { store } = context;
    await open();
    const kept = await Promise.all(Array.from({ length: 8 }, (_, n) => enrol(`s${n}`)));
    expect(kept.filter(Boolean)).toHaveLength(1);
    expect(await secretsNow()).toEqual([`s${kept.indexOf(true)}`]);
    expect((await store.enrolments())[0]?.openUntil).toBeNull();
  });

  test("enrol() keeps two secrets at most, each once, latest last", async () => {
    const steps: [string, string[]][] = [
      ["s1", ["s1"]],
      ["s1", ["s1"]],
      ["s2", ["s1", "s2"]],
      ["s1", ["s2", "s1"]],
      ["$concat", ["s1", "$concat"]],
      ["é\u0000", ["$concat", "é\u0000"]],
    ];
    for (const [secret, secrets] of steps) {
      await open();
      expect(await enrol(secret)).toBe(true);
      expect(await secretsNow()).toEqual(secrets);
    }
  });

  test("openEnrolment() with a time that is past closes it, and keeps the secrets", async () => {
    const { store } = context;
    await open();
    await enrol("s1");
    await open();
    expect((await store.enrolments())[0]?.openUntil).not.toBeNull();
    for (const until of [0, store.now() - 1]) {
      await store.openEnrolment({ source, until });
      expect(await enrol("s2")).toBe(false);
      expect(await store.enrolments()).toEqual([{ source, openUntil: null, secrets: ["s1"] }]);
    }
  });

  test("openEnrolment() again moves its end, sooner or later", async () => {
    const { store } = context;
    for (const hours of [1, 3, 2]) {
      const until = store.now() + hours * HOUR_MS;
      await store.openEnrolment({ source, until });
      expect(await store.enrolments()).toEqual([{ source, openUntil: until, secrets: [] }]);
    }
  });

  test("enrolments() shows each source by itself, in order, and none that has nothing to show", async () => {
    const { store } = context;
    const until = store.now() + HOUR_MS;
    for (const name of ["b", "a", "$c"]) await store.openEnrolment({ source: name, until });
    await store.openEnrolment({ source: "closed", until: 0 });
    await store.enrol({ source: "b", secret: "s" });
    expect(await store.enrolments()).toEqual([
      { source: "$c", openUntil: until, secrets: [] },
      { source: "a", openUntil: until, secrets: [] },
      { source: "b", openUntil: null, secrets: ["s"] },
    ]);
  });

  context.testWithClock("an enrolment ends by the store's clock, to the millisecond", async () => {
    const { store } = context;
    await open(1_000);
    await context.advance(900);
    await open(HOUR_MS);
    await context.advance(HOUR_MS + 1);
    expect(await store.enrolments()).toEqual([]);
    expect(await enrol("s1")).toBe(false);
    await open(HOUR_MS);
    await context.advance(HOUR_MS / 2);
    expect(await enrol("s1")).toBe(true);
    await open(0);
    expect(await enrol("s2")).toBe(false);
    expect(await secretsNow()).toEqual(["s1"]);
  });
}
