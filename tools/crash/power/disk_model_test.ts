import { expect, test } from "@jest/globals";
import { readCall } from "./disk_calls.ts";
import { ALL_WRITTEN, DiskModel, SYNCED_ONLY } from "./disk_model.ts";

const FILE = "/root/file";

/** A model with a file whose name is on the disk. */
function modelOfFile(): DiskModel {
  const model = new DiskModel("/root");
  model.apply({ kind: "make", path: FILE });
  model.apply({ kind: "sync", path: "/root", failed: false });
  return model;
}

function write(model: DiskModel, text: string, offset: number): void {
  model.apply({ kind: "write", path: FILE, offset, bytes: Buffer.from(text) });
}

const sync = (failed = false) => ({ kind: "sync", path: FILE, failed }) as const;
const text = (bytes: Buffer | undefined) => bytes?.toString().replaceAll("\0", ".");

test("DiskModel keeps of a file what was fsynced, and perhaps what was written since", () => {
  const model = modelOfFile();
  write(model, "first", 0);
  model.apply(sync());
  write(model, "second", 5);
  expect(text(model.cut(SYNCED_ONLY).get(FILE))).toBe("first");
  expect(text(model.cut(ALL_WRITTEN).get(FILE))).toBe("firstsecond");
});

test("DiskModel loses what an fsync could not write, though programs still read it", () => {
  const model = modelOfFile();
  write(model, "lost", 0);
  model.apply(sync(true));
  write(model, "kept", 4_096);
  model.apply(sync());
  expect(text(model.read(FILE))).toMatch(/^lost\.+kept$/);
  expect(text(model.cut(ALL_WRITTEN).get(FILE))).toMatch(/^\.+kept$/);
  write(model, "lost", 0);
  model.apply(sync());
  expect(text(model.cut(SYNCED_ONLY).get(FILE))).toMatch(/^lost\.+kept$/);
});

test("DiskModel undoes a shrinking that was not fsynced together with what followed it", () => {
  const model = modelOfFile();
  write(model, "before", 0);
  model.apply(sync());
  model.apply({ kind: "resize", path: FILE, bytes: 0 });
  write(model, "new", 0);
  expect(text(model.cut(SYNCED_ONLY).get(FILE))).toBe("before");
  expect(text(model.cut(ALL_WRITTEN).get(FILE))).toBe("new");
});

test("DiskModel gives a file a second name, which outlives the first", () => {
  const model = modelOfFile();
  write(model, "kept", 0);
  model.apply(sync());
  model.apply({ kind: "link", path: FILE, to: "/root/second" });
  expect([...model.cut(SYNCED_ONLY).keys()]).toEqual([FILE]);
  model.apply({ kind: "remove", path: FILE });
  model.apply({ kind: "sync", path: "/root", failed: false });
  expect([...model.cut(SYNCED_ONLY)].map(([path, bytes]) => [path, text(bytes)])).toEqual([
    ["/root/second", "kept"],
  ]);
});

test("DiskModel forgets a name until its folder is fsynced, and brings a removed one back", () => {
  const model = modelOfFile();
  model.apply({ kind: "makeFolder", path: "/root/folder" });
  model.apply({ kind: "make", path: "/root/folder/inside" });
  model.apply({ kind: "sync", path: "/root/folder", failed: false });
  model.apply({ kind: "remove", path: FILE });
  expect([...model.cut(SYNCED_ONLY).keys()]).toEqual([FILE]);
  expect([...model.cut(ALL_WRITTEN).keys()]).toEqual(["/root/folder/inside"]);
  model.apply({ kind: "sync", path: "/root", failed: false });
  expect([...model.cut(SYNCED_ONLY).keys()]).toEqual(["/root/folder/inside"]);
});

const HEX = [...Buffer.from(FILE)].map((byte) => `\\x${byte.toString(16)}`).join("");

test.each([
  [`pwrite64(7<${HEX}>, "\\x41\\x42", 2, 24) = 2`, { kind: "write", offset: 24 }],
  [`fsync(7<${HEX}>) = 0`, { kind: "sync", failed: false }],
  [`fsync(7<${HEX}>) = -1 EIO (Input/output error) (INJECTED)`, { kind: "sync", failed: true }],
  [`unlink("${HEX}") = 0`, { kind: "remove" }],
  [`openat(AT_FDCWD<\\x2f>, "${HEX}", O_RDWR|O_CREAT, 0600) = 7<${HEX}>`, { kind: "make" }],
])("readCall() understands %s", (line, call) => {
  expect(readCall(line, "/root")).toMatchObject({ path: FILE, ...call });
});

test.each([
  `fsync(7<${HEX}>) = 0 (INJECTED)`,
  `unlink("${HEX}") = -1 ENOENT (No such file or directory)`,
  `pwrite64(7<${HEX}>(deleted), "\\x41", 1, 24) = 1`,
  `mmap(NULL, 4096, PROT_READ, MAP_SHARED, 7<${HEX}>, 0) = 0x7f0000000000`,
  "fsync(7<\\x2f\\x65>) = 0",
])("readCall() ignores what changes nothing: %s", (line) => {
  expect(readCall(line, "/root")).toBeNull();
});

test("readCall() refuses a call that could change a file unseen", () => {
  const line = `fallocate(7<${HEX}>, 0, 0, 4096) = 0`;
  expect(() => readCall(line, "/root")).toThrow(`Cannot follow fallocate of ${FILE}`);
});
