import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fault } from "../fault.ts";
import type { Evidence } from "../judge/judge.ts";
import { groupRuns, type RunLine } from "../judge/runs.ts";

/** Where Debian and others keep libraries. */
const LIBRARY_FOLDERS = ["/usr/lib", "/usr/lib64", "/usr/local/lib"];

/** Where the clock goes, one after the other, as libfaketime writes it. */
const JUMPS = ["+3600", "-3600", "+86400", "-86400", "+0"] as const;

/** Wait of a retry, in milliseconds: long enough for the clock to jump meanwhile. */
const RETRY_MS = 2_000;

/** How much later than first attempts are a retry may be after a jump, in milliseconds. */
const LATE_MS_MAX = 10_000;

const QUIET_MS_MAX = 2_000;

/** Between a jump and the moment when the library has read its file again, in milliseconds. */
const NOTICED_MS = 1_000;

export const jumpingClock: Fault = {
  name: "F8",
  what: "the dispatcher's clock jumps by an hour and a day, forward and back",
  stores: ["embedded", "mongodb"],
  kills: { short: { embedded: 2 }, full: 20 },
  answersAll: true,
  // Counts of minutes are kept for a while only, and a jump is longer.
  countsEnds: false,
  missing: () => {
    return findLibrary() ? null : "libfaketime is missing: apt-get install faketime";
  },
  async prepare({ folder }) {
    const path = offsetPath(folder);
    writeFileSync(path, "+0");
    const env = {
      LD_PRELOAD: findLibrary() ?? "",
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_CACHE_DURATION: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    };
    return { retryMs: RETRY_MS, dispatcherOptions: { env } };
  },
  async strike({ folder, kills, quiet, random, struck, acked }) {
    const first = Math.floor(random() * JUMPS.length);
    for (let kill = 0; kill < kills; kill += 1) {
      await quiet(QUIET_MS_MAX);
      writeFileSync(offsetPath(folder), JUMPS[(first + kill) % JUMPS.length] ?? "+0");
      await new Promise((resolve) => setTimeout(resolve, NOTICED_MS));
      struck();
      await acked();
      // Long enough for retries that were waiting.
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  },
  /** Handlers have the right clock: their hosts do not get the library. */
  check({ entries, runs }) {
    const ran = groupRuns(runs);
    // A starved machine is late with everything.
    const lateMsMax = LATE_MS_MAX + longestWaitMs(entries, ran);
    return [...ran].flatMap(([id, lines]) =>
      lines.flatMap(({ kind, at }, index) => {
        const failed = lines[index - 1];
        if (kind !== "begin" || failed?.kind !== "failed") return [];
        const ms = at - failed.at;
        if (ms < RETRY_MS) return [`${id} was retried ${RETRY_MS - ms} ms early`];
        const lateMs = ms - RETRY_MS;
        return lateMs > lateMsMax ? [`${id} was retried ${lateMs} ms late`] : [];
      }),
    );
  },
};

/** The longest time from a 200 to the first attempt of its event, in milliseconds. */
function longestWaitMs(
  entries: Evidence["entries"],
  ran: ReadonlyMap<string, readonly RunLine[]>,
): number {
  const ackedAt = new Map<string | undefined, number>();
  for (const { answer } of entries) {
    const { status, eventId, at } = answer ?? {};
    if (status === 200 && at !== undefined && !ackedAt.has(eventId)) ackedAt.set(eventId, at);
  }
  let longestMs = 0;
  for (const [first] of ran.values()) {
    const acked = ackedAt.get(first?.eventId);
    if (first && acked !== undefined) longestMs = Math.max(longestMs, first.at - acked);
  }
  return longestMs;
}

function offsetPath(folder: string): string {
  return join(folder, "clock");
}

/** The library for programs with threads; null if it is not installed. */
function findLibrary(): string | null {
  const folders = LIBRARY_FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) => [
    folder,
    ...readdirSync(folder)
      .filter((name) => name.endsWith("-linux-gnu"))
      .map((name) => join(folder, name)),
  ]);
  const files = folders.map((folder) => join(folder, "faketime/libfaketimeMT.so.1"));
  return files.find((file) => existsSync(file)) ?? null;
}
