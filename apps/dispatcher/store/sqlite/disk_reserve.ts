import { type StatsFs, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type FileSpace, LOG_BYTES_MAX } from "./file.ts";

const MIB = 1024 * 1024;

/** Largest default reserve. */
const RESERVE_BYTES_MAX = 256 * MIB;

/** Default reserve of a small file system, as a share of it. */
const RESERVE_SHARE = 0.05;

/** Smallest default reserve: the whole write-ahead log, and room to settle what was accepted. */
const RESERVE_BYTES_MIN = LOG_BYTES_MAX + 8 * MIB;

/**
 * Room the write-ahead log needs even if the file has free pages. A log that cannot reach its full size only makes some
 * groups of calls fail: the file is then opened again, which empties the log.
 */
const LOG_BYTES_MIN = 4 * MIB;

/** Room a capture takes in tables, indexes and half-full pages: for each byte received, and in addition. */
const PAGE_BYTES_PER_BYTE = 2;
const PAGE_BYTES_PER_CAPTURE = 2_048;

/** What a file system reports: sizes in blocks, and the block's size in bytes. */
export type FileSystemSize = Pick<StatsFs, "bsize" | "blocks" | "bavail">;

/** Options for {@linkcode createDiskReserve}. */
export interface DiskReserveOptions {
  /** An existing path on the file system. */
  path: string;
  /** Measures the store's file. @default {nothing in it can be reused} */
  space?: () => FileSpace;
  /** Bytes that stay free. @default {5 % of the file system, at least 24 MiB and at most 256 MiB} */
  reserveBytes?: number;
  /** @default {statfsSync of node:fs} */
  statfs?: (path: string) => FileSystemSize;
}

/** A share of the disk that captures may not use, so that accepted events can still be retried, settled and pruned. */
export interface DiskReserve {
  /** Reads the disk; returns whether captures fit, the last refused ones included. Throws if the disk cannot be read. */
  check(): boolean;
  /**
   * Takes room for captures; false if they do not fit. Reads the disk only after using up what the last look found, so
   * that a burst between two looks cannot fill the disk.
   */
  take(captures: number, bytes: number): boolean;
}

const NO_FILE: FileSpace = { freeBytes: 0, logBytes: 0, growthBytes: 0 };

/** Watches the free space of the file system at `path`. Free pages in the store's file count as room. */
export function createDiskReserve(options: DiskReserveOptions): DiskReserve {
  const { path, space = () => NO_FILE, reserveBytes, statfs = statfsSync } = options;
  let room = 0;
  let refused = 0;

  function check(): boolean {
    const system = readFileSystem(statfs, path);
    const { bsize, bavail } = system;
    const { freeBytes, logBytes, growthBytes } = space();
    const reserve = reserveBytes ?? reserveOf(system);
    // What will be left once the log has been moved into the file: the log's own bytes are written over.
    const left = bavail * bsize + logBytes - growthBytes;
    room = Math.min(left + freeBytes - reserve, left - Math.min(LOG_BYTES_MIN, reserve));
    return room > refused;
  }

  return {
    check,
    take(captures, bytes) {
      const needed = bytes * PAGE_BYTES_PER_BYTE + captures * PAGE_BYTES_PER_CAPTURE;
      if (needed > room) check();
      refused = needed > room ? needed : 0;
      if (refused === 0) room -= needed;
      return refused === 0;
    },
  };
}

/** Whether a file of this size fits above the reserve of the file system at `path`. */
export function hasRoomFor(bytes: number, path: string): boolean {
  const system = readFileSystem(statfsSync, path);
  return system.bavail * system.bsize - bytes > reserveOf(system);
}

/** How much room a store's file takes and its disk has, in bytes; null if that cannot be read. */
export function readRoom(
  file: string,
): { bytes: number; freeBytes: number; reserveBytes: number } | null {
  try {
    const system = statfsSync(dirname(file));
    const sizes = [file, `${file}-wal`].map(
      (one) => statSync(one, { throwIfNoEntry: false })?.size,
    );
    const bytes = sizes.reduce<number>((sum, size = 0) => sum + size, 0);
    const freeBytes = system.bavail * system.bsize;
    return { bytes, freeBytes, reserveBytes: reserveOf(system) };
  } catch {
    return null;
  }
}

function reserveOf({ blocks, bsize }: FileSystemSize): number {
  return Math.max(RESERVE_BYTES_MIN, Math.min(RESERVE_BYTES_MAX, blocks * bsize * RESERVE_SHARE));
}

function readFileSystem(statfs: (path: string) => FileSystemSize, path: string): FileSystemSize {
  try {
    return statfs(path);
  } catch (cause) {
    throw new Error(`Cannot read the free space at ${path}`, { cause });
  }
}
