import { randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "@jest/globals";
import { DataKeyRing, nameOf, SHARED_KEY_MS } from "./data_key_ring.ts";
import { MasterKey } from "./master_key.ts";
import { memoryKeys } from "./suite/memory_keys.ts";

const NAME = { subject: "ana", source: "crm", month: "2026-12" };

let now = 0;
let store: ReturnType<typeof memoryKeys>;
let master: MasterKey;

beforeEach(() => {
  now = 0;
  store = memoryKeys(true);
  master = new MasterKey(randomBytes(32));
});

async function openRing(keptMs = SHARED_KEY_MS, key = master): Promise<DataKeyRing> {
  const ring = new DataKeyRing({ store, master: key, keptMs, monotonic: () => now });
  await ring.open();
  return ring;
}

test("named() makes a key once, and all dispatchers use the same", async () => {
  const [here, there] = [await openRing(), await openRing()];
  const made = (await here.named([NAME, NAME])).get(nameOf(NAME));
  expect(made?.key.symmetricKeySize).toBe(32);
  expect((await there.named([NAME])).get(nameOf(NAME))).toMatchObject({ id: made?.id });
  const other = { ...NAME, month: "2027-01" };
  expect((await here.named([other])).get(nameOf(other))?.id).not.toBe(made?.id);
});

test("a key that another dispatcher has deleted is used for five seconds at most", async () => {
  const [here, there] = [await openRing(), await openRing()];
  const used = (await here.named([NAME])).get(nameOf(NAME));
  const ids = [used?.id ?? ""];
  await store.eraseDataKeys({ subject: "ana" });
  there.forget();
  expect(await there.identified(ids)).toBeNull();
  now = SHARED_KEY_MS - 1;
  expect(await here.identified(ids)).toMatchObject([{ id: used?.id }]);
  now = SHARED_KEY_MS;
  expect(await here.identified(ids)).toBeNull();
  expect((await here.named([NAME])).get(nameOf(NAME))?.id).not.toBe(used?.id);
});

test("identified() keeps nothing that it has read while a person was erased", async () => {
  const ring = await openRing(Number.POSITIVE_INFINITY);
  const made = (await ring.named([NAME])).get(nameOf(NAME));
  ring.forget();
  const reading = ring.identified([made?.id ?? ""]);
  await store.eraseDataKeys({ subject: "ana" });
  ring.forget();
  await reading;
  expect(await ring.identified([made?.id ?? ""])).toBeNull();
});

test("a key that was changed, or put under another name, is not used", async () => {
  const ring = await openRing();
  const made = (await ring.named([NAME])).get(nameOf(NAME));
  const [stored] = await store.dataKeys([made?.id ?? ""]);
  if (stored === undefined) throw new Error("Cannot happen");
  expect(made && master.unwrap(stored)?.equals(made.key)).toBe(true);
  expect(master.unwrap({ ...stored, subject: "ben" })).toBeNull();
  expect(master.unwrap({ ...stored, wrapped: stored.wrapped.subarray(1) })).toBeNull();
  store.keys.set(nameOf(NAME), { ...stored, source: "shop" });
  ring.forget();
  await expect(ring.identified([stored.id])).rejects.toThrow("it was changed");
});

test("open() refuses a master key that is not the one of the store", async () => {
  await openRing();
  await expect(openRing(1, new MasterKey(randomBytes(32)))).rejects.toThrow(
    "Cannot read protected",
  );
});
