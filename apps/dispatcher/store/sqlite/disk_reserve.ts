import { statfs as nodeStatfs } from "node:fs/promises";

/** Largest default reserve: 256 MiB. */
const RESERVE_BYTES_MAX = 256 * 1024 * 1024;

/** Default reserve of a small file system, as a share of it. */
const RESERVE_SHARE = 0.05;

/** What is asked of a file system: sizes in blocks, and the block's size in bytes. */
export interface FileSystemSize {
  bsize: number;
  blocks: number;
  /** Free for a user without privileges. */
  bavail: number;
}

/** Options for {@linkcode createDiskReserve}. */
export interface DiskReserveOptions {
  /** A path on the file system, which exists. */
  path: string;
  /** Bytes that stay free. @default {the lesser of 256 MiB and 5 % of the file system} */
  reserveBytes?: number;
  /** @default {statfs of node:fs/promises} */
  statfs?: (path: string) => Promise<FileSystemSize>;
}

/** A share of the disk that captures may not use: what was accepted before can still be retried and settled. */
export interface DiskReserve {
  /** Whether more than the reserve is free. Rejects where the file system cannot be asked. */
  check(): Promise<boolean>;
}

/** Watches the free space of the file system that holds `path`, when asked. */
export function createDiskReserve(options: DiskReserveOptions): DiskReserve {
  const { path, reserveBytes, statfs = (asked: string) => nodeStatfs(asked) } = options;
  return {
    async check() {
      const { bsize, blocks, bavail } = await read(statfs, path);
      const share = Math.min(RESERVE_BYTES_MAX, blocks * bsize * RESERVE_SHARE);
      return bavail * bsize > (reserveBytes ?? share);
    },
  };
}

async function read(
  statfs: (path: string) => Promise<FileSystemSize>,
  path: string,
): Promise<FileSystemSize> {
  try {
    return await statfs(path);
  } catch (cause) {
    throw new Error(`Cannot read the free space at ${path}`, { cause });
  }
}
