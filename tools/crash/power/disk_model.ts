import type { DiskCall } from "./disk_calls.ts";

/** The kernel writes and forgets a file in pages of this size, in bytes. */
const PAGE = 4_096;

/** What a disk writes whole or not at all, in bytes. */
const SECTOR = 512;

/** What was written since the last fsync and survives a power cut: each part is asked for, once. */
export type Survives = () => boolean;

/** Only what was fsynced survives. */
export const SYNCED_ONLY: Survives = () => false;

/** Everything survives that the kernel may still write. */
export const ALL_WRITTEN: Survives = () => true;

interface Inode {
  /** As programs see it. */
  cache: Buffer;
  /** As the disk has it for certain. */
  disk: Buffer;
  /** Pages that the kernel has still to write. */
  dirty: Set<number>;
  /** The smallest size since the last fsync, if it shrank below what the disk has. */
  shrunkTo: number | null;
}

/**
 * What files look like after a power cut. A write, a new size and a new name are in memory only until an fsync of the file,
 * or of its folder for the name, has succeeded; until then any part of them may have reached the disk, sector by sector.
 * After an fsync that failed, programs still read what they wrote, but the kernel will never write it.
 */
export class DiskModel {
  readonly #root: string;
  #names = new Map<string, Inode>();
  #namesOnDisk = new Map<string, Inode>();
  #folders = new Set<string>();
  #foldersOnDisk = new Set<string>();

  /** `root` is a folder that exists. */
  constructor(root: string) {
    this.#root = root;
    this.#folders.add(root);
    this.#foldersOnDisk.add(root);
  }

  /** Follows one call. */
  apply(call: DiskCall): void {
    switch (call.kind) {
      case "make":
        if (!this.#names.has(call.path)) this.#names.set(call.path, newInode());
        return;
      case "makeFolder":
        this.#folders.add(call.path);
        return;
      case "remove":
        this.#names.delete(call.path);
        return;
      case "rename":
        this.#names.set(call.to, this.#inode(call.path));
        this.#names.delete(call.path);
        return;
      case "link":
        this.#names.set(call.to, this.#inode(call.path));
        return;
      case "write": {
        const inode = this.#inode(call.path);
        write(inode, call.offset === -1 ? inode.cache.length : call.offset, call.bytes);
        return;
      }
      case "resize":
        resize(this.#inode(call.path), call.bytes);
        return;
      case "sync":
        if (this.#folders.has(call.path)) this.#syncFolder(call);
        else sync(this.#inode(call.path), call.failed);
    }
  }

  /** A file as programs see it. */
  read(path: string): Buffer {
    return this.#inode(path).cache;
  }

  /** The files after a power cut, by path. */
  cut(survives: Survives): Map<string, Buffer> {
    const files = new Map<string, Buffer>();
    for (const path of new Set([...this.#namesOnDisk.keys(), ...this.#names.keys()])) {
      const [before, now] = [this.#namesOnDisk.get(path), this.#names.get(path)];
      const inode = before === now || survives() ? now : before;
      if (inode && this.#isReachable(path, survives)) files.set(path, contentOf(inode, survives));
    }
    return files;
  }

  #isReachable(path: string, survives: Survives): boolean {
    const folder = parentOf(path);
    if (folder === this.#root) return true;
    return (this.#foldersOnDisk.has(folder) || survives()) && this.#isReachable(folder, survives);
  }

  #syncFolder({ path, failed }: { path: string; failed: boolean }): void {
    if (failed) return;
    const inside = (name: string) => parentOf(name) === path;
    for (const name of this.#folders) if (inside(name)) this.#foldersOnDisk.add(name);
    for (const name of this.#namesOnDisk.keys()) {
      if (inside(name) && !this.#names.has(name)) this.#namesOnDisk.delete(name);
    }
    for (const [name, inode] of this.#names) if (inside(name)) this.#namesOnDisk.set(name, inode);
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (!inode) throw new Error(`Cannot follow a call of ${path}: there is no such file`);
    return inode;
  }
}

function newInode(): Inode {
  return { cache: Buffer.alloc(0), disk: Buffer.alloc(0), dirty: new Set(), shrunkTo: null };
}

function write(inode: Inode, offset: number, bytes: Uint8Array): void {
  const end = offset + bytes.length;
  if (end > inode.cache.length) inode.cache = resized(inode.cache, end);
  inode.cache.set(bytes, offset);
  for (let page = Math.floor(offset / PAGE); page * PAGE < end; page += 1) inode.dirty.add(page);
}

function resize(inode: Inode, bytes: number): void {
  inode.cache = resized(inode.cache, bytes);
  for (const page of inode.dirty) if (page * PAGE >= bytes) inode.dirty.delete(page);
  if (bytes % PAGE !== 0) inode.dirty.add(Math.floor(bytes / PAGE));
  if (bytes < inode.disk.length) inode.shrunkTo = Math.min(bytes, inode.shrunkTo ?? bytes);
}

function sync(inode: Inode, failed: boolean): void {
  if (!failed) {
    inode.disk = contentOf(inode, ALL_WRITTEN);
    inode.shrunkTo = null;
  }
  inode.dirty.clear();
}

/** The bytes of a file after a power cut. */
function contentOf(inode: Inode, survives: Survives): Buffer {
  const { cache, disk, dirty, shrunkTo } = inode;
  // What follows a shrinking goes to other blocks, so the file is as it was before, or it has shrunk.
  if (shrunkTo !== null && !survives()) return disk;
  const kept = shrunkTo === null ? disk : disk.subarray(0, shrunkTo);
  const size = cache.length > kept.length && !survives() ? kept.length : cache.length;
  const content = resized(kept, size);
  for (const page of dirty) {
    for (let at = page * PAGE; at < Math.min(size, (page + 1) * PAGE); at += SECTOR) {
      if (survives()) content.set(cache.subarray(at, Math.min(size, at + SECTOR)), at);
    }
  }
  return content;
}

/** A copy of this size; what is new is zeros. */
function resized(bytes: Uint8Array, size: number): Buffer {
  const copy = Buffer.alloc(size);
  copy.set(bytes.subarray(0, size));
  return copy;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
