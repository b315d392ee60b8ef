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
