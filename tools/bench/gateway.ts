import { prepareApps } from "../processes/apps.ts";
import type { ChildProgram } from "../processes/child_program.ts";

/** The secret of the source `bench`. */
export const BENCH_SECRET = "bench-secret-bench-secret";

/** Edge and dispatcher, as two processes on an embedded store. */
export interface Gateway {
  edgePort: number;
  rpcAddress: string;
  dataDir: string;
  programs: readonly ChildProgram[];
  /** Resident memory of the dispatcher, in bytes. */
  residentBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** Options for {@linkcode startGateway}. */
export interface StartGatewayOptions {
  /** Text of the configuration. */
  subscriptions: string;
  /** Edge and dispatcher in one process. @default {false} */
  oneProcess?: boolean;
}

/** Starts edge and dispatcher with a source `bench`. */
export async function startGateway(
  folder: string,
  { subscriptions, oneProcess = false }: StartGatewayOptions,
): Promise<Gateway> {
  const apps = await prepareApps(folder, {
    config: `{ sources: { bench: { provider: "generic", secrets: ["${BENCH_SECRET}"] } },
      subscriptions: { ${subscriptions} }, privateHosts: ["127.0.0.1"], }`,
  });
  const dispatcher = await apps.start(oneProcess ? "gateway" : "dispatcher");
  const programs = oneProcess ? [dispatcher] : [await apps.start("edge"), dispatcher];
  return {
    edgePort: apps.edgePort,
    rpcAddress: apps.rpcAddress,
    dataDir: apps.dataDir,
    programs,
    residentBytes: () => dispatcher.residentBytes(),
    async stop() {
      for (const program of programs) await program.stop();
    },
  };
}
