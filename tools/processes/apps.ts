import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { APP_NODE_FLAGS } from "@hookgate/config";
import { freePorts } from "@hookgate/testing";
import { type ChildProgram, type StartProgramOptions, startProgram } from "./child_program.ts";

/** Edge and dispatcher on an embedded store, prepared but not started. */
export interface Apps {
  edgePort: number;
  /** Port of the edge's health and metrics. */
  edgeOpsPort: number;
  /** `host:port` of the dispatcher. */
  rpcAddress: string;
  dataDir: string;
  /** Its variables, for a program that starts them itself. */
  env: Readonly<Record<string, string>>;
  /** Starts one of them, or starts it again after it ended; `options` are for this start. */
  start(app: AppName, options?: StartProgramOptions): Promise<ChildProgram>;
}

/** An app by its name; the gateway is edge, dispatcher and console in one. */
export type AppName = keyof typeof MAINS;

const MAINS = {
  edge: "../../apps/edge/main.ts",
  dispatcher: "../../apps/dispatcher/main.ts",
  gateway: "../../apps/cli/start/gateway_main.ts",
  console: "../../apps/console/main.ts",
};

/** Options for {@linkcode prepareApps}. */
export interface PrepareAppsOptions {
  /** The configuration, a JavaScript expression. */
  config: string;
  /** Variables in addition to those for addresses and files. */
  env?: Record<string, string>;
}

/** Writes a configuration into a folder, and chooses ports and variables for edge and dispatcher. */
export async function prepareApps(
  folder: string,
  { config, env: more = {} }: PrepareAppsOptions,
): Promise<Apps> {
  await mkdir(folder, { recursive: true });
  const configPath = join(folder, "hookgate.config.ts");
  await writeFile(configPath, `export default ${config};\n`);
  const [edgePort = 0, rpcPort, edgeOpsPort = 0, dispatcherOpsPort] = await freePorts(4);
  const rpcAddress = `127.0.0.1:${rpcPort}`;
  const dataDir = join(folder, "data");
  const env = {
    HOOKGATE_CONFIG: configPath,
    DATA_DIR: dataDir,
    DISPATCHER_ADDRESS: rpcAddress,
    EDGE_PORT: String(edgePort),
    EDGE_OPS_PORT: String(edgeOpsPort),
    DISPATCHER_OPS_PORT: String(dispatcherOpsPort),
    CONSOLE_PORT: "0",
    LOG_LEVEL: "fatal",
    WEBHOOK_SECRET: "unused",
    MONGODB_URI: "",
    ...more,
  };
  const start = (app: AppName, options: StartProgramOptions = {}) =>
    startProgram(join(import.meta.dirname, MAINS[app]), {
      ...options,
      nodeArgs: [...APP_NODE_FLAGS, ...(options.nodeArgs ?? [])],
      env: { ...env, ...options.env },
    });
  return { edgePort, edgeOpsPort, rpcAddress, dataDir, env, start };
}
