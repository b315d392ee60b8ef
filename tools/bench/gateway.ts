import { readLocalToken } from "@hookgate/config";
import { connectRpc, type RpcClient } from "@hookgate/rpc";
import { type Apps, prepareApps } from "../processes/apps.ts";
import type { ChildProgram } from "../processes/child_program.ts";

/** The secret of the source `bench`. */
export const BENCH_SECRET = "bench-secret-bench-secret";

/** Edge and dispatcher, as two processes on an embedded store. */
export interface Gateway {
  edgePort: number;
  rpcAddress: string;
  dataDir: string;
  /** By their names; the last one is the dispatcher. */
  programs: Readonly<Record<string, ChildProgram>>;
  /** Resident memory of the dispatcher, in bytes. */
  residentBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** Options for {@linkcode prepareGateway}. */
export interface GatewayOptions {
  /** Text of the configuration. */
  subscriptions: string;
  /** Further keys of the source, as text of the configuration. @default none */
  source?: string | undefined;
  /** Limits that are not the default's, as text of the configuration. @default none */
  limits?: string | undefined;
  /** Variables in addition. */
  env?: Record<string, string> | undefined;
}

/** Options for {@linkcode startGateway}. */
export interface StartGatewayOptions extends GatewayOptions {
  /** Edge and dispatcher in one process. @default {false} */
  oneProcess?: boolean;
}

/** Prepares edge and dispatcher with a source `bench`. */
export function prepareGateway(
  folder: string,
  { subscriptions, source = "", limits = "", env = {} }: GatewayOptions,
): Promise<Apps> {
  return prepareApps(folder, {
    config: `{ sources: { bench: { provider: "generic", secrets: ["${BENCH_SECRET}"], ${source} } },
      subscriptions: { ${subscriptions} }, limits: { ${limits} }, privateHosts: ["127.0.0.1"], }`,
    env,
  });
}

/** Starts edge and dispatcher with a source `bench`. */
export async function startGateway(
  folder: string,
  { oneProcess = false, ...options }: StartGatewayOptions,
): Promise<Gateway> {
  const apps = await prepareGateway(folder, options);
  const last = await apps.start(oneProcess ? "gateway" : "dispatcher");
  const programs = oneProcess
    ? { gateway: last }
    : { edge: await apps.start("edge"), dispatcher: last };
  return {
    edgePort: apps.edgePort,
    rpcAddress: apps.rpcAddress,
    dataDir: apps.dataDir,
    programs,
    residentBytes: () => last.residentBytes(),
    async stop() {
      for (const program of Object.values(programs)) await program.stop();
    },
  };
}

/** Calls a dispatcher as its operator. */
export function connectAdmin({
  rpcAddress,
  dataDir,
}: Pick<Apps, "rpcAddress" | "dataDir">): RpcClient {
  const security = { token: readLocalToken(dataDir), tls: null };
  return connectRpc({ address: rpcAddress, security, deadlineMs: 60_000 });
}
