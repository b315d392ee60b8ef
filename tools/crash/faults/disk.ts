import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { waitFor } from "@hookgate/testing";
import { STORE_FILE } from "../../../apps/dispatcher/store/sqlite/file.ts";
import type { Fault, Stage } from "../fault.ts";
import { comesTrue } from "../patience.ts";
import { missingRoot, whyNoAttach } from "./missing.ts";

/** What strace does to calls on the store's files while it is attached. */
const INJECTIONS = [
  "fsync,fdatasync:error=EIO",
  "pwrite64:error=ENOSPC",
  "pwrite64:error=EIO",
  "pread64:error=EIO",
  "fsync,fdatasync:delay_enter=400000",
] as const;

/** How long a disk stays bad at most, in milliseconds. */
const BAD_MS_MAX = { short: 1_500, full: 5_000 };

/** Time until a full disk is noticed, in milliseconds. */
const REFUSED_MS_MAX = 10_000;

const QUIET_MS_MAX = 1_000;

/** Size of the file system that is filled: a little more than the reserve and the write-ahead log. */
const TMPFS_MIB = 96;

export const failingDisk: Fault = {
  name: "F5",
  what: "fsync, writes and reads that fail or are slow",
  stores: ["embedded"],
  kills: { short: { embedded: INJECTIONS.length }, full: 50 },
  answersAll: true,
  missing: whyNoAttach,
  async strike(stage) {
    const { cluster, kills, quiet, short, struck, acked } = stage;
    const [
      {
        program: { pid },
      } = { program: { pid: 0 } },
    ] = cluster.dispatchers;
    for (let kill = 0; kill < kills; kill += 1) {
      await quiet(QUIET_MS_MAX);
      const injection = INJECTIONS[kill % INJECTIONS.length] ?? INJECTIONS[0];
      const strace = await attach(pid, { injection, files: storeFiles(pid) });
      await quiet(short ? BAD_MS_MAX.short : BAD_MS_MAX.full);
      const ended = once(strace, "exit");
      strace.kill("SIGINT");
      await ended;
      struck();
      await acked();
    }
  },
};

/** The store's files as the process has them open. */
function storeFiles(pid: number): string[] {
  const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  const dataDir = environment.find((one) => one.startsWith("DATA_DIR="))?.slice(9) ?? "";
  const file = join(dataDir, STORE_FILE);
  return [file, `${file}-wal`];
}

/** Attaches strace to all threads of a process. */
async function attach(
  pid: number,
  { injection, files }: { injection: string; files: readonly string[] },
): Promise<ChildProcess> {
  const [calls = ""] = injection.split(":");
  const only = files.flatMap((file) => ["-P", file]);
  const inject = ["-e", `trace=${calls}`, "-e", `inject=${injection}`];
  const words = ["-f", "-qq", "-o", "/dev/null", ...only, ...inject, "-p", `${pid}`];
  const strace = spawn("strace", words, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  strace.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  const isTraced = () => {
    if (strace.exitCode !== null) throw new Error(`Cannot attach strace: ${said.trim()}`);
    return readdirSync(`/proc/${pid}/task`).every((task) => {
      const status = readFileSync(`/proc/${pid}/task/${task}/status`, "latin1");
      return !/^TracerPid:\t0$/m.test(status);
    });
  };
  await waitFor(isTraced, { what: `strace attached to ${pid}` });
  return strace;
}

export const fullDisk: Fault = {
  name: "F5",
  what: "a disk that is full, and has room again",
  stores: ["embedded"],
  kills: { short: { embedded: 1 }, full: 20 },
  answersAll: true,
  missing: () => missingRoot("mounting a small tmpfs"),
  async prepare({ folder }) {
    const dataDir = join(folder, "tmpfs");
    mkdirSync(dataDir);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${TMPFS_MIB}m,mode=700`, "tmpfs", dataDir]);
    return {
      dataDir,
      async [Symbol.asyncDispose]() {
        execFileSync("umount", ["--lazy", dataDir]);
      },
    };
  },
  async strike(stage) {
    for (let kill = 0; kill < stage.kills; kill += 1) {
      await stage.quiet(QUIET_MS_MAX);
      await fillDisk(stage);
    }
  },
};

async function fillDisk({
  cluster,
  load,
  quiet,
  short,
  struck,
  acked,
  problem,
}: Stage): Promise<void> {
  const [
    {
      program: { pid },
    } = { program: { pid: 0 } },
  ] = cluster.dispatchers;
  const [file = ""] = storeFiles(pid);
  const filler = `${file}.filler`;
  fill(filler);
  const since = Date.now();
  await quiet(short ? BAD_MS_MAX.short : BAD_MS_MAX.full);
  const isRefused = () =>
    load.entries.some(({ sent, answer }) => sent >= since && answer?.status === 503);
  const refused = await comesTrue(isRefused, { ms: REFUSED_MS_MAX, pids: cluster.pids });
  if (!refused) problem("no post was answered with 503 while the disk was full");
  rmSync(filler);
  struck();
  await acked();
}

/** Writes a file until there is no room. */
function fill(path: string): void {
  const file = openSync(path, "w");
  const chunk = Buffer.alloc(1024 * 1024);
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}
