import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import type { DataKey } from "../contract/data_keys.ts";
import { newQuarantined, type SuiteContext } from "./fixtures.ts";

/** A data key that is like no other, unless `part` makes it so. */
function newKey(part: Partial<DataKey> = {}): DataKey {
  return {
    id: randomBytes(16).toString("hex"),
    subject: randomBytes(32).toString("hex"),
    source: "crm",
    month: "2026-12",
    madeAt: 1_796_083_200_000,
    wrapped: new Uint8Array(randomBytes(60)),
    ...part,
  };
}

const plain = (keys: readonly DataKey[]) =>
  keys.map((key) => ({ ...key, wrapped: Buffer.from(key.wrapped).toString("hex") }));

export function testDataKeys(context: SuiteContext): void {
  test("keepDataKeys() keeps keys, and returns those that were there before", async () => {
    const { store } = context;
    const [ana, ben] = [newKey(), newKey({ source: "a b", month: "2026-11" })];
    expect(plain(await store.keepDataKeys([ana, ben]))).toEqual(plain([ana, ben]));
    const again = newKey({ ...ana, id: newKey().id, wrapped: newKey().wrapped });
    const later = newKey({ ...ana, id: newKey().id, month: "2027-01" });
    expect(plain(await store.keepDataKeys([later, again]))).toEqual(plain([later, ana]));
    expect(await store.keepDataKeys([])).toEqual([]);
  });

  test("keepDataKeys() of two that make the same key at once returns one to both", async () => {
    const { store } = context;
    const ana = newKey();
    const same = Array.from({ length: 8 }, () => newKey({ ...ana, id: newKey().id }));
    const kept = (await Promise.all(same.map((key) => store.keepDataKeys([key])))).flat();
    expect(kept).toHaveLength(8);
    expect(new Set(kept.map(({ id }) => id)).size).toBe(1);
  });

  test("dataKeys() reads keys by their ids, and leaves out what is not there", async () => {
    const { store } = context;
    const [ana, ben] = [newKey(), newKey()];
    await store.keepDataKeys([ana, ben]);
    expect(plain(await store.dataKeys([ben.id, newKey().id]))).toEqual(plain([ben]));
    expect(await store.dataKeys([])).toEqual([]);
  });

  test("eraseDataKeys() deletes those of a person, of one source or of all, and of nobody else", async () => {
    const { store } = context;
    const { subject } = newKey();
    const ofAna = [
      newKey({ subject, month: "2026-11" }),
      newKey({ subject }),
      newKey({ subject, source: "stripe/eu" }),
    ];
    const ben = newKey();
    await store.keepDataKeys([...ofAna, ben]);
    expect(await store.dataKeysOf({ subject })).toEqual([
      { subject, source: "crm", month: "2026-11" },
      { subject, source: "crm", month: "2026-12" },
      { subject, source: "stripe/eu", month: "2026-12" },
    ]);
    expect(await store.eraseDataKeys({ subject, source: "crm" })).toBe(2);
    expect(await store.dataKeysOf({ subject, source: "crm" })).toEqual([]);
    expect(await store.eraseDataKeys({ subject })).toBe(1);
    expect(await store.eraseDataKeys({ subject })).toBe(0);
    const ids = [...ofAna, ben].map(({ id }) => id);
    expect(plain(await store.dataKeys(ids))).toEqual(plain([ben]));
  });

  test("pruneDataKeys() deletes old keys of earlier months, and never the one of nobody", async () => {
    const { store } = context;
    const nobody = newKey({ subject: "", source: "", month: "", madeAt: 1 });
    const old = newKey({ month: "2026-10", madeAt: 1_000 });
    const young = newKey({ month: "2026-10", madeAt: 2_000 });
    const later = newKey({ month: "2026-11", madeAt: 1_000 });
    await store.keepDataKeys([nobody, old, young, later]);
    expect(await store.pruneDataKeys({ monthBefore: "2026-11", madeBefore: 2_000 })).toBe(1);
    const left = await store.dataKeys([nobody, old, young, later].map(({ id }) => id));
    expect(left.map(({ id }) => id).sort()).toEqual([nobody.id, young.id, later.id].sort());
  });

  test("quarantine() keeps what is encrypted of a request", async () => {
    const { store } = context;
    const sealed = new Uint8Array(randomBytes(300));
    const [hidden, open] = [newQuarantined({ body: "", sealed }), newQuarantined()];
    await store.quarantine([hidden, open]);
    const read = await store.getQuarantined(hidden.id);
    expect(Buffer.from(read?.sealed ?? []).equals(sealed)).toBe(true);
    expect(read?.body).toHaveLength(0);
    expect(await store.getQuarantined(open.id)).not.toHaveProperty("sealed");
    const page = await store.listQuarantine({ limit: 10 });
    expect(page.requests.map((one) => "sealed" in one)).toEqual([false, false]);
  });
}
