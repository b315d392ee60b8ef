import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { access, chmod, chown, mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { treeCpuUs } from "../../processes/child_program.ts";

/** PostgreSQL refuses to run as root: the user `nobody` of every Linux. */
const NOBODY = 65_534;

const START_MS_MAX = 15_000;

/** A program of a peer is not installed. */
export class NotInstalledError extends Error {
  override name = "NotInstalledError";
}

/** A database server of the benchmark, in a folder of its own. */
export interface DatabaseServer {
  /** Path of the socket, or of its folder, as its driver wants it. */
  socket: string;
  /** CPU time of all its processes so far, in microseconds. */
  cpuUs(): number;
  stop(): Promise<void>;
}

/** Starts Redis with a log that is synced before every answer. @throws {NotInstalledError} naming the package. */
export async function startRedis(folder: string): Promise<DatabaseServer> {
  const command = find("redis-server", "redis-server");
  await mkdir(folder, { recursive: true });
  const socket = join(folder, "redis.sock");
  const settings = ["--port", "0", "--unixsocket", socket, "--dir", folder, "--save", ""];
  const durable = ["--appendonly", "yes", "--appendfsync", "always"];
  return startServer(command, [...settings, ...durable], { socket, listens: socket });
}

/** Starts PostgreSQL with its default durability. @throws {NotInstalledError} naming the package. */
export async function startPostgres(folder: string): Promise<DatabaseServer> {
  const [bin] = globSync("/usr/lib/postgresql/*/bin");
  if (bin === undefined) throw missing("PostgreSQL", "postgresql");
  await mkdir(folder, { recursive: true });
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) {
    await chown(folder, NOBODY, NOBODY);
    // The way to it: a temporary folder is its owner's alone.
    await chmod(dirname(folder), 0o711);
  }
  const data = join(folder, "data");
  const initialise = ["--pgdata", data, "--username", "bench", "--auth", "trust", "--no-sync"];
  await promisify(execFile)(join(bin, "initdb"), initialise, { ...user, cwd: folder });
  const settings = {
    listen_addresses: "",
    unix_socket_directories: folder,
    synchronous_commit: "on",
    fsync: "on",
    shared_buffers: "256MB",
    wal_buffers: "16MB",
    max_wal_size: "2GB",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return startServer(join(bin, "postgres"), ["-D", data, ...options], {
    socket: folder,
    listens: join(folder, ".s.PGSQL.5432"),
    user: { ...user, cwd: folder },
  });
}

interface StartServerOptions {
  socket: string;
  /** Path of the socket that is there once it listens. */
  listens: string;
  user?: { uid?: number; gid?: number; cwd?: string };
}

async function startServer(
  command: string,
  args: readonly string[],
  { socket, listens, user = {} }: StartServerOptions,
): Promise<DatabaseServer> {
  const child = spawn(command, args, { ...user, stdio: "ignore" });
  const exited = once(child, "exit");
  const endsAt = performance.now() + START_MS_MAX;
  while (!(await accepts(listens))) {
    if (child.exitCode !== null || performance.now() > endsAt) {
      child.kill("SIGKILL");
      throw new Error(`Cannot start ${command}: it does not listen`);
    }
    await delay(50);
  }
  return {
    socket,
    cpuUs: () => treeCpuUs(child.pid ?? 0),
    async stop() {
      // A fast shutdown of PostgreSQL, which SIGTERM would make wait for its clients.
      child.kill("SIGINT");
      await exited;
    },
  };
}

async function accepts(path: string): Promise<boolean> {
  const found = await access(path).then(
    () => true,
    () => false,
  );
  if (!found) return false;
  const socket = connect(path);
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  }).then((accepted) => {
    socket.destroy();
    return accepted as boolean;
  });
}

function find(command: string, debianPackage: string): string {
  try {
    return execFileSync("which", [command], { encoding: "utf8" }).trim();
  } catch {
    throw missing(command, debianPackage);
  }
}

function missing(what: string, debianPackage: string): NotInstalledError {
  return new NotInstalledError(
    `Cannot start ${what}: it is not installed. On Debian: apt-get install ${debianPackage}`,
  );
}
