import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ChildProgram, startProgram } from "../processes/child_program.ts";
import { freePorts } from "../processes/free_ports.ts";

/** The secret of the source `bench`. */
export const BENCH_SECRET = "bench-secret-bench-secret";

/** Edge and dispatcher, as two processes on an embedded store. */
export interface Gateway {
  edgePort: number;
  rpcAddress: string;
  programs: readonly ChildProgram[];
  /** Resident size of the dispatcher, in bytes. */
  residentBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts edge and dispatcher with a source `bench`, and these subscriptions as text of the configuration. */
export async function startGateway(
  folder: string,
  { subscriptions }: { subscriptions: string },
): Promise<Gateway> {
  await mkdir(folder, { recursive: true });
  const configPath = join(folder, "hookgate.config.ts");
  await writeFile(
    configPath,
    `export default { sources: { bench: { provider: "generic", secrets: ["${BENCH_SECRET}"] } },
      subscriptions: { ${subscriptions} }, privateHosts: ["127.0.0.1"],
      rateLimit: { sourcePerSecond: 1_000_000, sourceBurst: 1_000_000 } };\n`,
  );
  const [edgePort = 0, rpcPort, edgeOpsPort, dispatcherOpsPort] = await freePorts(4);
  const rpcAddress = `127.0.0.1:${rpcPort}`;
  const env = {
    HOOKGATE_CONFIG: configPath,
    DATA_DIR: join(folder, "data"),
    DISPATCHER_ADDRESS: rpcAddress,
    EDGE_PORT: String(edgePort),
    EDGE_OPS_PORT: String(edgeOpsPort),
    DISPATCHER_OPS_PORT: String(dispatcherOpsPort),
    LOG_LEVEL: "fatal",
    WEBHOOK_SECRET: BENCH_SECRET,
    MONGODB_URI: "",
  };
  const apps = join(import.meta.dirname, "../../apps");
  const dispatcher = await startProgram(join(apps, "dispatcher/main.ts"), { env });
  const edge = await startProgram(join(apps, "edge/main.ts"), { env });
  const programs = [edge, dispatcher];
  return {
    edgePort,
    rpcAddress,
    programs,
    async residentBytes() {
      const status = await readFile(`/proc/${dispatcher.pid}/status`, "latin1");
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1_024;
    },
    async stop() {
      for (const program of programs) await program.stop();
    },
  };
}
