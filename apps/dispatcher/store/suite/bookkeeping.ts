import type { HandshakeSeen, SecretUse } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { SuiteContext } from "./fixtures.ts";

/** `recordSecretUses`, `secretUses`, `recordHandshakes`, `handshakes`: what was noticed of each source. */
export function testSecrets(context: SuiteContext): void {
  const use = (part: Partial<SecretUse> = {}): SecretUse => ({
    source: "academy",
    secretId: "1",
    uses: 1,
    firstUsedAt: 1_000,
    lastUsedAt: 1_000,
    ...part,
  });

  test("secretUses() of an empty store", async () => {
    expect(await context.store.secretUses()).toEqual([]);
  });

  test("recordSecretUses() sums counts, and widens first and last use", async () => {
    const { store } = context;
    await store.recordSecretUses([use({ uses: 3, firstUsedAt: 2_000, lastUsedAt: 3_000 })]);
    await store.recordSecretUses([use({ uses: 4, firstUsedAt: 2_500, lastUsedAt: 2_600 })]);
    const widened = use({ uses: 7, firstUsedAt: 2_000, lastUsedAt: 3_000 });
    expect(await store.secretUses()).toEqual([widened]);
    await store.recordSecretUses([]);
    await store.recordSecretUses([use({ uses: 1, firstUsedAt: 1, lastUsedAt: 9_000 })]);
    expect(await store.secretUses()).toEqual([use({ uses: 8, firstUsedAt: 1, lastUsedAt: 9_000 })]);
  });

  test("recordSecretUses() takes a secret several times in one call", async () => {
    const { store } = context;
    await store.recordSecretUses([use({ lastUsedAt: 5 }), use({ uses: 2, firstUsedAt: 7 })]);
    await store.recordSecretUses([use({ uses: 3 }), use({ uses: 4 })]);
    expect(await store.secretUses()).toEqual([use({ uses: 10, firstUsedAt: 7 })]);
  });

  test("secretUses() keeps secrets and sources apart, in order", async () => {
    const { store } = context;
    const uses = ["$where", "academy", "academy/é", "b.c"].flatMap((source) =>
      ["", "1", "__proto__", "b"].map((secretId, n) => use({ source, secretId, uses: n + 1 })),
    );
    await store.recordSecretUses([...uses].reverse());
    expect(await store.secretUses()).toEqual(uses);
  });

  test("recordSecretUses() by 16 at once loses none", async () => {
    const { store } = context;
    const calls = Array.from({ length: 16 }, (_, n) =>
      store.recordSecretUses([
        use({ uses: 5, firstUsedAt: 1_000 - n, lastUsedAt: 1_000 + n }),
        use({ secretId: "2", uses: n }),
      ]),
    );
    await Promise.all(calls);
    expect(await store.secretUses()).toEqual([
      use({ uses: 80, firstUsedAt: 985, lastUsedAt: 1_015 }),
      use({ secretId: "2", uses: 120 }),
    ]);
  });

  test("handshakes() of an empty store", async () => {
    expect(await context.store.handshakes()).toEqual([]);
  });

  test("recordHandshakes() keeps the last that succeeded and the last that failed, of each source", async () => {
    const { store } = context;
    const seen = (source: string, at: number, ok: boolean): HandshakeSeen => ({ source, at, ok });
    await store.recordHandshakes([
      seen("zoom", 1_000, true),
      seen("zoom", 3_000, true),
      seen("zoom", 2_000, true),
      seen("x", 5_000, false),
    ]);
    expect(await store.handshakes()).toEqual([seen("x", 5_000, false), seen("zoom", 3_000, true)]);
    // What comes late does not undo what is newer.
    await store.recordHandshakes([seen("zoom", 2_500, true), seen("zoom", 2_600, false)]);
    await store.recordHandshakes([]);
    expect(await store.handshakes()).toEqual([
      seen("x", 5_000, false),
      seen("zoom", 2_600, false),
      seen("zoom", 3_000, true),
    ]);
    await Promise.all(
      [6_000, 9_000, 7_000].map((at) =>
        store.recordHandshakes([seen("zoom", at, true), seen("x", at, true)]),
      ),
    );
    expect(await store.handshakes()).toEqual([
      seen("x", 5_000, false),
      seen("x", 9_000, true),
      seen("zoom", 2_600, false),
      seen("zoom", 9_000, true),
    ]);
  });
}

const HOUR_MS = 3_600_000;

/** `openEnrolment`, `enrol`, `enrolments`: secrets that a handshake delivers while an operator lets it. */
export function testEnrolments(context: SuiteContext): void {
  const source = "asana";
  const word = "sesame";
  const delivered = { word, address: "192.0.2.7" };
  const from = { address: "192.0.2.7", at: expect.any(Number) };
  const open = (forMs = HOUR_MS) =>
    context.store.openEnrolment({ source, until: context.store.now() + forMs, word });
  const enrol = (secret: string) => context.store.enrol({ ...delivered, source, secret });
  const secretsNow = async () => (await context.store.enrolments())[0]?.secrets;

  test("enrolments() of an empty store", async () => {
    expect(await context.store.enrolments()).toEqual([]);
  });

  test("enrol() keeps nothing if no enrolment was ever opened", async () => {
    expect(await enrol("s1")).toBe(false);
    expect(await context.store.enrolments()).toEqual([]);
  });

  test("enrol() keeps the secret while the enrolment is open, and closes it", async () => {
    const { store } = context;
    const until = store.now() + HOUR_MS;
    await store.openEnrolment({ source, until, word });
    expect(await store.enrolments()).toEqual([
      { source, openUntil: until, secrets: [], deliveries: [] },
    ]);
    expect(await store.enrol({ ...delivered, source: "other", secret: "s1" })).toBe(false);
    expect(await enrol("s1")).toBe(true);
    expect(await store.enrolments()).toEqual([
      { source, openUntil: null, secrets: ["s1"], deliveries: [from] },
    ]);
    expect(await enrol("s2")).toBe(false);
    expect(await store.enrolments()).toEqual([
      { source, openUntil: null, secrets: ["s1"], deliveries: [from] },
    ]);
  });

  test("enrol() keeps nothing without the word of the enrolment, which stays open", async () => {
    const { store } = context;
    await open();
    for (const other of ["", "Sesame", "sesame "]) {
      expect(await store.enrol({ ...delivered, word: other, source, secret: "s0" })).toBe(false);
    }
    await store.openEnrolment({ source, until: store.now() + HOUR_MS, word: "next" });
    expect(await enrol("s0")).toBe(false);
    expect(await store.enrol({ ...delivered, word: "next", source, secret: "s1" })).toBe(true);
    expect(await secretsNow()).toEqual(["s1"]);
  });

  test("revokeEnrolment() closes it and forgets the secrets", async () => {
    const { store } = context;
    expect(await store.revokeEnrolment(source)).toBe(0);
    await open();
    await enrol("s1");
    await open();
    expect(await store.revokeEnrolment("other")).toBe(0);
    expect(await store.revokeEnrolment(source)).toBe(1);
    expect(await store.enrolments()).toEqual([]);
    expect(await enrol("s2")).toBe(false);
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
      await store.openEnrolment({ source, until, word });
      expect(await enrol("s2")).toBe(false);
      expect(await store.enrolments()).toEqual([
        { source, openUntil: null, secrets: ["s1"], deliveries: [from] },
      ]);
    }
  });

  test("openEnrolment() again moves its end, sooner or later", async () => {
    const { store } = context;
    for (const hours of [1, 3, 2]) {
      const until = store.now() + hours * HOUR_MS;
      await store.openEnrolment({ source, until, word });
      expect(await store.enrolments()).toEqual([
        { source, openUntil: until, secrets: [], deliveries: [] },
      ]);
    }
  });

  test("enrolments() shows each source by itself, in order, and none that has nothing to show", async () => {
    const { store } = context;
    const until = store.now() + HOUR_MS;
    for (const name of ["b", "a", "$c"]) await store.openEnrolment({ source: name, until, word });
    await store.openEnrolment({ source: "closed", until: 0, word });
    await store.enrol({ ...delivered, source: "b", secret: "s" });
    expect(await store.enrolments()).toEqual([
      { source: "$c", openUntil: until, secrets: [], deliveries: [] },
      { source: "a", openUntil: until, secrets: [], deliveries: [] },
      { source: "b", openUntil: null, secrets: ["s"], deliveries: [from] },
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
