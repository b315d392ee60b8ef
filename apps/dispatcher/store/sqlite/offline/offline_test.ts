import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { commit, newCapture, newEvent, type TestEvent } from "../../suite/fixtures.ts";
import { openStoreFile, prepareStoreFile, STORE_FILE } from "../file.ts";
import { SCHEMA_VERSION } from "../schema.ts";
import { openSqliteStore, type SqliteStore } from "../sqlite_store.ts";
import { checkStoreFile, readKnownDamage } from "./check_file.ts";
import { restoreStoreFile } from "./restore_file.ts";

const NOW = Date.UTC(2026, 0, 2);
const log = { info() {}, warn() {}, error() {} };

let folder: string;
let dataDir: string;
let store: SqliteStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hookgate-backup-"));
  dataDir = join(folder, "data");
  store = await open(dataDir);
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function open(directory: string): Promise<SqliteStore> {
  return openSqliteStore({ dataDir: directory, dispatcherId: "one", log });
}

async function backUp(name = "copy.sqlite"): Promise<string> {
  const made = await store.backUp?.(name);
  if (!made) throw new Error("Cannot continue the test: there is no backup");
  return made.path;
}

/** Stores events one after the other; each is in the ledger once it is acknowledged. */
async function storeAll(count: number, ledger: TestEvent[]): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const event = newEvent({ body: Buffer.alloc(20_000, `${Math.random()}`) });
    await commit(store, [newCapture(event)]);
    ledger.push(event);
  }
}

/** Events of the ledger that are not in the store byte for byte. */
async function missing(ledger: readonly TestEvent[]): Promise<string[]> {
  const lost: string[] = [];
  for (const { id, body } of ledger) {
    const found = await store.getEvent(id);
    if (!found || Buffer.compare(found.event.body, body) !== 0) lost.push(id);
  }
  return lost;
}

test("a ledger of acknowledged events passes across a backup under load, its restore and an upgrade", async () => {
  const ledger: TestEvent[] = [];
  await storeAll(60, ledger);
  const before = [...ledger];
  // What is stored meanwhile may be in the copy; what was there before has to be.
  const [path] = await Promise.all([backUp(), storeAll(20, ledger)]);
  expect(await missing(ledger)).toEqual([]);
  expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
  expect(readdirSync(join(dataDir, "backups"))).toEqual(["copy.sqlite"]);
  await store.close();

  const old = new DatabaseSync(path);
  old.exec("DROP TABLE audit; DROP TABLE enrolment_words; PRAGMA user_version = 4");
  old.exec("DROP TABLE data_keys; ALTER TABLE quarantine DROP COLUMN sealed");
  old.exec("DROP TABLE clock_steps; DROP TABLE proposals");
  old.exec("INSERT INTO dedupe_new SELECT * FROM dedupe_fresh; DROP TABLE dedupe_fresh");
  old.exec("ALTER TABLE deliveries DROP COLUMN failure; DROP TABLE failures; DROP TABLE changes");
  old.exec(`DROP TABLE buckets; CREATE TABLE metrics (bucket INTEGER PRIMARY KEY, received INTEGER,
    processed INTEGER, failed INTEGER, retried INTEGER, attempts INTEGER, succeeded INTEGER, succeeded_ms REAL)`);
  old.close();
  const checked = checkStoreFile(path);
  expect(checked).toMatchObject({ version: 4, newestVersion: SCHEMA_VERSION, problems: [] });
  expect(checked.events).toBeGreaterThanOrEqual(before.length);
  expect(checked.deliveries).toBe(checked.events);

  const elsewhere = join(folder, "elsewhere", "data");
  const restored = await restoreStoreFile(path, { dataDir: elsewhere, now: NOW });
  expect(restored).toMatchObject({ events: checked.events, setAside: null });
  store = await open(elsewhere);
  expect(await missing(before)).toEqual([]);
  await store.close();
  expect(checkStoreFile(restored.path)).toMatchObject({ version: SCHEMA_VERSION, problems: [] });
});

test("backUp() refuses a file that exists, and leaves nothing behind", async () => {
  const path = await backUp();
  await expect(store.backUp?.("copy.sqlite")).rejects.toThrow(`${path} exists already`);
  expect(readdirSync(join(dataDir, "backups"))).toEqual(["copy.sqlite"]);
});

test("a backup is checked and restored without a file next to it: its disk may be read-only", async () => {
  const ledger: TestEvent[] = [];
  await storeAll(3, ledger);
  const path = await backUp();
  await store.close();
  expect(checkStoreFile(path)).toMatchObject({ events: 3, problems: [] });
  expect(readdirSync(dirname(path))).toEqual(["copy.sqlite"]);
  await restoreStoreFile(path, { dataDir, replace: true, now: NOW });
  expect(readdirSync(dirname(path))).toEqual(["copy.sqlite"]);
  store = await open(dataDir);
  expect(await missing(ledger)).toEqual([]);
});

test("the next owner removes what a killed one has left of a copy, and no whole copy", async () => {
  const path = await backUp();
  await store.close();
  for (const ending of [".part", ".part-journal"]) writeFileSync(`${path}${ending}`, "half");
  store = await open(dataDir);
  expect(readdirSync(dirname(path))).toEqual(["copy.sqlite"]);
});

test("restoreStoreFile() refuses while a dispatcher owns the store, and a store that is there", async () => {
  const ledger: TestEvent[] = [];
  await storeAll(3, ledger);
  const path = await backUp();
  await storeAll(2, ledger);
  for (const replace of [false, true]) {
    const refused = restoreStoreFile(path, { dataDir, replace, now: NOW });
    await expect(refused).rejects.toThrow(
      "in use by another dispatcher; one owns it at a time; stop",
    );
  }
  expect(await missing(ledger)).toEqual([]);
  await store.close();
  const there = restoreStoreFile(path, { dataDir, now: NOW });
  await expect(there).rejects.toThrow("is there already; --replace sets it aside");

  const restored = await restoreStoreFile(path, { dataDir, replace: true, now: NOW });
  expect(checkStoreFile(restored.setAside ?? "")).toMatchObject({ events: 5 });
  store = await open(dataDir);
  expect(await missing(ledger)).toEqual(ledger.slice(3).map(({ id }) => id));
});

test.each([false, true])(
  "restoreStoreFile() takes no file from a dispatcher that starts meanwhile, with --replace: %s",
  async (replace) => {
    const path = await backUp();
    const elsewhere = join(folder, "elsewhere");
    const restoring = restoreStoreFile(path, { dataDir: elsewhere, replace, now: NOW });
    const file = prepareStoreFile(elsewhere);
    const other = openStoreFile(file);
    const { ino } = statSync(file);
    await expect(restoring).rejects.toThrow("in use by another dispatcher");
    other.close();
    expect(statSync(file).ino).toBe(ino);
    expect(readdirSync(elsewhere)).toEqual([STORE_FILE]);
  },
);

test("restoreStoreFile() puts a backup in the place of a store that is damaged", async () => {
  const ledger: TestEvent[] = [];
  await storeAll(3, ledger);
  const path = await backUp();
  await store.close();
  writeFileSync(join(dataDir, STORE_FILE), "no database any more".repeat(5_000));
  await restoreStoreFile(path, { dataDir, replace: true, now: NOW });
  store = await open(dataDir);
  expect(await missing(ledger)).toEqual([]);
});

test.each(["empty", "missing"])(
  "restoreStoreFile() sets the log of a file that is %s aside",
  async (what) => {
    const ledger: TestEvent[] = [];
    await storeAll(3, ledger);
    const path = await backUp();
    await store.close();
    const file = join(dataDir, STORE_FILE);
    if (what === "empty") writeFileSync(file, "");
    else rmSync(file);
    writeFileSync(`${file}-wal`, "what was stored last");
    writeFileSync(`${file}-damaged`, "it was damaged");
    const { setAside } = await restoreStoreFile(path, { dataDir, replace: true, now: NOW });
    expect(readFileSync(`${setAside}-wal`, "utf8")).toBe("what was stored last");
    expect(readKnownDamage(dataDir)).toBeNull();
    store = await open(dataDir);
    expect(await missing(ledger)).toEqual([]);
  },
);

test("restoreStoreFile() leaves the store as it is if the disk fails, and says where", async () => {
  const ledger: TestEvent[] = [];
  await storeAll(3, ledger);
  const path = await backUp();
  await store.close();
  mkdirSync(join(dataDir, `${STORE_FILE}-restored.part`));
  await expect(restoreStoreFile(path, { dataDir, replace: true, now: NOW })).rejects.toThrow(
    new RegExp(`^Cannot restore ${path}: it could not be copied to ${dataDir} .*disk has room$`),
  );
  store = await open(dataDir);
  expect(await missing(ledger)).toEqual([]);
});

test("checkStoreFile() refuses what is not a store, what is newer, and what is in use, with what to do", async () => {
  const path = await backUp();
  const refusal = (file: string) => () => checkStoreFile(file);
  expect(refusal(join(folder, "none"))).toThrow("there is no such file");
  expect(refusal(join(dataDir, STORE_FILE))).toThrow("is in use by another dispatcher");
  const text = join(folder, "text");
  writeFileSync(text, "a".repeat(40_000));
  expect(refusal(text)).toThrow(
    `${text} is not a database; npx hookgate restore needs a backup that is whole`,
  );
  const torn = join(folder, "torn.sqlite");
  writeFileSync(torn, readFileSync(path).subarray(0, 30_000));
  expect(refusal(torn)).toThrow(/is damaged \(.*\); npx hookgate restore needs a backup/);
  const empty = join(folder, "empty.sqlite");
  writeFileSync(empty, "");
  writeFileSync(`${empty}-wal`, "what was stored last");
  expect(refusal(empty)).toThrow("it is empty; a copy that broke off");
  expect(readFileSync(`${empty}-wal`, "utf8")).toBe("what was stored last");
  expect(refusal(folder)).toThrow("it is not a file");
  const newer = join(folder, "newer.sqlite");
  copyFileSync(path, newer);
  const db = new DatabaseSync(newer);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  db.close();
  expect(refusal(newer)).toThrow("run the newer one, or restore a backup from before it");
  await expect(restoreStoreFile(newer, { dataDir: folder, now: NOW })).rejects.toThrow(
    "newer than",
  );
});

test("checkStoreFile() finds an altered body, a delivery without its event, and a damaged page", async () => {
  const ledger: TestEvent[] = [];
  await storeAll(8, ledger);
  const path = await backUp();
  const [altered, removed] = ledger;
  const db = new DatabaseSync(path);
  const row = db.prepare("SELECT row FROM events WHERE 'evt_' || lower(hex(id)) = ?");
  const rowOf = (event?: TestEvent) => Number(row.get(event?.id ?? "")?.["row"]);
  db.prepare("UPDATE events SET body = zeroblob(20000) WHERE row = ?").run(rowOf(altered));
  db.prepare("DELETE FROM events WHERE row = ?").run(rowOf(removed));
  db.close();
  expect(checkStoreFile(path).problems).toEqual([
    `The body of ${altered?.id} is not the one that was received.`,
    expect.stringMatching(`^Delivery dlv_.* has no event: ${removed?.id} is missing.$`),
  ]);
  await expect(restoreStoreFile(path, { dataDir: folder, now: NOW })).rejects.toThrow("damaged");

  const torn = await backUp("torn.sqlite");
  const bytes = Buffer.alloc(16_384, 7);
  const file = new DatabaseSync(torn);
  const { rootpage } =
    file.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'events_id'").get() ?? {};
  file.close();
  const descriptor = openSync(torn, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, (Number(rootpage) - 1) * 16_384);
  closeSync(descriptor);
  expect(checkStoreFile(torn).problems.length).toBeGreaterThan(0);
});
