/** What a system call did to the disk, as {@linkcode DiskModel} takes it. Paths are absolute. */
export type DiskCall =
  | { kind: "make" | "remove" | "makeFolder"; path: string }
  | { kind: "rename" | "link"; path: string; to: string }
  | { kind: "write"; path: string; offset: number; bytes: Uint8Array }
  | { kind: "resize"; path: string; bytes: number }
  /** An fsync. `failed`: the kernel has given up what it could not write, and takes it for clean from now on. */
  | { kind: "sync"; path: string; failed: boolean };

/** The system calls that {@linkcode readTrace} knows. Others that change a file would go unseen, so they are traced and refused. */
export const TRACED = [
  ...["openat", "mkdir", "unlink", "rename", "link", "write", "pwrite64", "ftruncate", "fsync"],
  ...["fdatasync", "mmap"],
];
export const REFUSED = [
  ...["writev", "pwritev", "pwritev2", "truncate", "fallocate", "copy_file_range", "sendfile"],
  ...["sync_file_range", "msync", "unlinkat", "renameat", "renameat2", "mkdirat", "linkat"],
];

/**
 * Reads one whole line of `strace -f -y -xx`; null if it changes no file below `root`.
 *
 * @throws {Error} for a call that the model does not know.
 */
export function readCall(line: string, root: string): DiskCall | null {
  const [, name = "", args = "", result = ""] = /^(\w+)\((.*)\)\s+= (.*)$/.exec(line) ?? [];
  // An injected success is an fsync that did nothing.
  const done = !result.startsWith("-1 ") && !result.startsWith("?");
  const injected = result.includes("(INJECTED)");
  const path = pathOf(args);
  if (path === null || (path !== root && !path.startsWith(`${root}/`))) return null;
  if (name === "fsync" || name === "fdatasync") {
    return injected && done ? null : { kind: "sync", path, failed: !done };
  }
  if (!done) return null;
  switch (name) {
    case "openat":
      return args.includes("O_CREAT") ? { kind: "make", path } : null;
    case "mkdir":
      return { kind: "makeFolder", path };
    case "unlink":
      return { kind: "remove", path };
    case "rename":
    case "link":
      return { kind: name, path, to: unhex(/, "([^"]*)"$/.exec(args)?.[1] ?? "") };
    case "pwrite64": {
      const [, hex = "", offset] = /, "([^"]*)", \d+, (\d+)$/.exec(args) ?? [];
      return { kind: "write", path, offset: Number(offset), bytes: bytesOf(hex, result) };
    }
    case "write":
      // Only the journal of acknowledgements is written this way, by appending.
      return { kind: "write", path, offset: -1, bytes: bytesOf(quotedIn(args), result) };
    case "ftruncate":
      return { kind: "resize", path, bytes: Number(/, (\d+)$/.exec(args)?.[1]) };
    case "mmap":
      if (!args.includes("MAP_SHARED") || !args.includes("PROT_WRITE")) return null;
  }
  throw new Error(`Cannot follow ${name} of ${path}: the model does not know this system call`);
}

/** The file that a call is about: its descriptor's, or the first that it names. Null for a removed file that is still open. */
function pathOf(args: string): string | null {
  const [, open, removed] = /^(?:[^"<]*, )?\d+<([^>]*)>(\(deleted\))?/.exec(args) ?? [];
  if (open !== undefined) return removed ? null : unhex(open);
  const named = /"([^"]*)"/.exec(args)?.[1];
  return named === undefined ? null : unhex(named);
}

function quotedIn(args: string): string {
  return /, "([^"]*)"/.exec(args)?.[1] ?? "";
}

function unhex(text: string): string {
  return Buffer.from(text.replaceAll("\\x", ""), "hex").toString();
}

function bytesOf(text: string, written: string): Buffer {
  const bytes = Buffer.from(text.replaceAll("\\x", ""), "hex");
  if (bytes.length !== Number(written)) {
    throw new Error(`Cannot follow a write: ${written} bytes were written, ${bytes.length} traced`);
  }
  return bytes;
}
