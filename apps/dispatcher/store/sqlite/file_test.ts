import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { emptyLog, openStoreFile, prepareFileSpace, prepareStoreFile, STORE_FILE } from "./file.ts";
import { SCHEMA_VERSION } from "./schema.ts";

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "hookgate-file-"));
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function readPragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

/** Opens and closes the file. */
function openAndClose(file: string): void {
  openStoreFile(file).close();
}

test("prepareStoreFile() makes the directory 0700 and the file 0600, with any umask", () => {
  const before = process.umask(0);
  try {
    const file = prepareStoreFile(join(parent, "deep", "data"));
    expect(file).toBe(join(parent, "deep", "data", STORE_FILE));
    const db = openStoreFile(file);
    expect(modeOf(join(parent, "deep", "data"))).toBe("700");
    expect([file, `${file}-wal`].map(modeOf)).toEqual(["600", "600"]);
    db.close();
  } finally {
    process.umask(before);
  }
});

test("prepareStoreFile() restricts a file that others could read, and keeps its content", () => {
  const file = prepareStoreFile(parent);
  openAndClose(file);
  chmodSync(file, 0o644);
  prepareStoreFile(parent);
  expect(modeOf(file)).toBe("600");
  openAndClose(file);
});

test.each([
  ["a file", (path: string) => writeFileSync(path, "x"), "it is not a directory"],
  [
    "a file on the way",
    (path: string) => writeFileSync(path.replace(/.data$/, ""), "x"),
    "it is not a directory",
  ],
])("prepareStoreFile() refuses %s in place of the directory", (_name, plant, why) => {
  const dataDir = join(parent, "way", "data");
  if (_name === "a file") mkdirSync(join(parent, "way"));
  plant(dataDir);
  expect(() => prepareStoreFile(dataDir)).toThrow(
    `Cannot make the data directory ${dataDir}: ${why}`,
  );
});

test("prepareStoreFile() refuses a directory where the system lets nobody make one", () => {
  const dataDir = "/proc/hookgate/data";
  expect(() => prepareStoreFile(dataDir)).toThrow(
    `Cannot make the data directory ${dataDir}: the system lets nobody make one there`,
  );
});

const NOBODY = 65_534;
const isSuperuser = process.getuid?.() === 0;

/** What becomes of this expression about the file `file`, for a user who is no superuser. */
function tryAsUser(expression: string, file: string): string {
  const importOf = (names: string, path: string) =>
    `import { ${names} } from ${JSON.stringify(new URL(path, import.meta.url).href)};`;
  const program = `
    ${importOf("explain, openStoreFile, prepareStoreFile", "./file.ts")}
    ${importOf("checkStoreFile", "./offline/mod.ts")}
    const file = process.argv[1];
    try {
      ${expression};
      console.log("works");
    } catch (error) {
      console.log(explain(error, file).message);
    }`;
  const args = ["--input-type=module", "--eval", program, file];
  const user = isSuperuser ? { uid: NOBODY, gid: NOBODY } : {};
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", ...user });
  return stdout.trim() || stderr;
}

/** Gives files to the user of {@linkcode tryAsUser}: a superuser may use any. */
function giveAway(...paths: string[]): void {
  if (isSuperuser) for (const path of paths) chownSync(path, NOBODY, NOBODY);
}

test("prepareStoreFile() refuses a directory without write permission", () => {
  giveAway(parent);
  chmodSync(parent, 0o500);
  const prepared = tryAsUser(`prepareStoreFile(${JSON.stringify(parent)})`, "");
  expect(prepared).toContain("this user may not write to it");
  chmodSync(parent, 0o700);
});

test.each(["", "-wal"])("a store's file%s that this user may not use is named", (ending) => {
  const file = prepareStoreFile(parent);
  openAndClose(file);
  giveAway(parent, file);
  const ways = {
    "at the start": `prepareStoreFile(${JSON.stringify(parent)})`,
    "again, after a fault": "openStoreFile(file)",
    "by check": "checkStoreFile(file)",
  };
  for (const way of Object.values(ways)) expect(tryAsUser(way, file)).toBe("works");
  writeFileSync(`${file}-wal`, "", { mode: 0o600 });
  giveAway(`${file}-wal`);
  chmodSync(`${file}${ending}`, 0);
  for (const way of Object.values(ways)) {
    expect(tryAsUser(way, file)).toMatch(
      `: this user may not read and write ${file}${ending}; give the file to this user (chown)`,
    );
  }
});

test("prepareStoreFile() refuses a directory in place of the file", () => {
  mkdirSync(join(parent, STORE_FILE));
  expect(() => prepareStoreFile(parent)).toThrow("is not a file");
});

test("openStoreFile() makes every commit durable, in large pages, as the only owner", () => {
  const db = openStoreFile(prepareStoreFile(parent));
  expect(readPragma(db, "journal_mode")).toBe("wal");
  expect(readPragma(db, "synchronous")).toBe(2);
  expect(readPragma(db, "page_size")).toBe(8_192);
  expect(readPragma(db, "wal_autocheckpoint")).toBe(1_000);
  expect(readPragma(db, "locking_mode")).toBe("exclusive");
  expect(readPragma(db, "user_version")).toBe(SCHEMA_VERSION);
  db.close();
});

test("openStoreFile() keeps the pages of a file that has larger ones, and measures by them", () => {
  const file = prepareStoreFile(parent);
  const made = new DatabaseSync(file);
  made.exec("PRAGMA page_size = 16384; VACUUM");
  made.close();
  const db = openStoreFile(file);
  expect(readPragma(db, "page_size")).toBe(16_384);
  // The same 8 MB of the log.
  expect(readPragma(db, "wal_autocheckpoint")).toBe(500);
  db.exec("CREATE TABLE filler (a BLOB); INSERT INTO filler VALUES (zeroblob(1000000))");
  emptyLog(db);
  const space = prepareFileSpace(db, file);
  expect(space().growthBytes).toBe(0);
  db.exec("DROP TABLE filler");
  expect(space().freeBytes).toBeGreaterThan(1_000_000);
  expect(space().freeBytes % 16_384).toBe(0);
  db.close();
});

test("openStoreFile() refuses a second owner, naming the file, until the first has closed it", () => {
  const file = prepareStoreFile(parent);
  const db = openStoreFile(file);
  expect(() => openStoreFile(file)).toThrow(
    `Cannot open the store: ${file} is in use by another dispatcher`,
  );
  // The refused attempt must not release the lock.
  prepareStoreFile(parent);
  expect(() => openStoreFile(file)).toThrow("in use");
  db.close();
  openAndClose(file);
});

test("openStoreFile() refuses a newer schema, and does not change it", () => {
  const file = prepareStoreFile(parent);
  const db = openStoreFile(file);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  db.close();
  for (let n = 0; n < 2; n += 1) {
    expect(() => openStoreFile(file)).toThrow(
      `${file} has schema version ${SCHEMA_VERSION + 1}, newer than ${SCHEMA_VERSION}`,
    );
  }
});

test("openStoreFile() refuses another program's database", () => {
  const file = join(parent, STORE_FILE);
  const db = new DatabaseSync(file);
  db.exec("CREATE TABLE theirs (a)");
  db.close();
  expect(() => openStoreFile(file)).toThrow(`${file} is another program's database`);
});

test("openStoreFile() refuses a file that is not a database", () => {
  const file = prepareStoreFile(parent);
  writeFileSync(file, "this is no database, but it is longer than a header".repeat(50));
  expect(() => openStoreFile(file)).toThrow(`${file} is not a database`);
});

test("prepareStoreFile() leaves nothing but a whole store, also if another dispatcher made one meanwhile", () => {
  const file = prepareStoreFile(parent);
  expect(readdirSync(parent)).toEqual([STORE_FILE]);
  const db = new DatabaseSync(file, { readOnly: true });
  expect(readPragma(db, "user_version")).toBe(SCHEMA_VERSION);
  db.close();
  const { ino } = statSync(file);
  // A start that was killed has left it.
  writeFileSync(`${file}-new-1`, "");
  prepareStoreFile(parent);
  expect(readdirSync(parent)).toEqual([STORE_FILE]);
  expect(statSync(file).ino).toBe(ino);
});

test("an empty file is no new store, and its log is kept", () => {
  const file = prepareStoreFile(parent);
  writeFileSync(file, "");
  writeFileSync(`${file}-wal`, "what was stored last");
  for (let n = 0; n < 2; n += 1) {
    expect(() => openStoreFile(prepareStoreFile(parent))).toThrow(
      `Cannot open the store: ${file} is empty, something has cut it off: put a backup in its place`,
    );
  }
  expect(readFileSync(`${file}-wal`, "utf8")).toBe("what was stored last");
});

test.each([
  ["-wal", "but its log "],
  ["-restored", "and a restore was interrupted: call npx hookgate restore again"],
  ["-again", "from when it was removed: put it in its place with npx hookgate restore "],
])("prepareStoreFile() makes no new store where a file with %s tells of one", (ending, said) => {
  const file = join(parent, STORE_FILE);
  writeFileSync(`${file}${ending}`, "");
  expect(() => prepareStoreFile(parent)).toThrow(
    new RegExp(`^Cannot open the store: ${file} is missing, .*${said}`),
  );
  expect(readdirSync(parent)).toEqual([`${STORE_FILE}${ending}`]);
});

test("openStoreFile() opens an existing file", () => {
  const file = prepareStoreFile(parent);
  openAndClose(file);
  openAndClose(file);
});
