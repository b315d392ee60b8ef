import { closeSync, fdatasync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { OncePerTurn } from "@hookgate/async";
import { readLines } from "../read_lines.ts";

/** A post as the client remembers it. */
export interface LedgerEntry {
  /** Unique among all posts. */
  id: number;
  source: string;
  /** SHA-256 of the body, in hex. */
  sha256: string;
  /** Whether its signature is right. */
  signed: boolean;
  /** When it was sent, in milliseconds since 1970. */
  sent: number;
  answer: LedgerAnswer | null;
}

/** What came back. */
export interface LedgerAnswer {
  at: number;
  /** 0 if the connection broke or no answer came in time. */
  status: number;
  /** The event's id that a 200 names, otherwise empty. */
  eventId: string;
}

/** Remembers on disk what was sent and answered. */
export interface Ledger extends AsyncDisposable {
  entries: readonly LedgerEntry[];
  /** Resolves when it is on the disk: only then the post may be sent. */
  sending(post: Omit<LedgerEntry, "answer">): Promise<void>;
  answered(id: number, answer: LedgerAnswer): void;
}

const sync = promisify(fdatasync);

/** Opens a ledger, a file of JSON lines. */
export function openLedger(path: string): Ledger {
  const file = openSync(path, "ax");
  const entries: LedgerEntry[] = [];
  const byId = new Map<number, LedgerEntry>();
  let lines = "";
  let written = Promise.withResolvers<void>();
  let flushing: Promise<void> = Promise.resolve();
  // One after the other, so that all lines of one flush share an fsync.
  const flushLater = new OncePerTurn(() => {
    flushing = flushing.then(flush);
  });

  async function flush(): Promise<void> {
    const done = written;
    written = Promise.withResolvers<void>();
    writeSync(file, lines);
    lines = "";
    await sync(file);
    done.resolve();
  }

  function append(line: object): Promise<void> {
    lines += `${JSON.stringify(line)}\n`;
    flushLater.schedule();
    return written.promise;
  }

  return {
    entries,
    sending(post) {
      const entry = { ...post, answer: null };
      entries.push(entry);
      byId.set(post.id, entry);
      return append(post);
    },
    answered(id, answer) {
      const entry = byId.get(id);
      if (!entry) throw new RangeError(`Cannot note an answer: ${id} was never sent`);
      entry.answer = answer;
      void append({ id, answer });
    },
    async [Symbol.asyncDispose]() {
      while (lines !== "") await written.promise;
      await flushing;
      closeSync(file);
    },
  };
}

/** Reads the entries of a ledger from its file. */
export function readLedger(path: string): LedgerEntry[] {
  const byId = new Map<number, LedgerEntry>();
  for (const line of readLines(path)) {
    if (line === "") continue;
    const read = JSON.parse(line) as LedgerEntry;
    const known = byId.get(read.id);
    if (known) known.answer = read.answer;
    else byId.set(read.id, { ...read, answer: null });
  }
  return [...byId.values()];
}
