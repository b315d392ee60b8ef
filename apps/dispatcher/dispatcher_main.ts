import { ensureLocalToken, runApp } from "@hookgate/config";
import { serverSecurity } from "@hookgate/rpc";
import { createLog, createMetrics, standardStream, startOpsServer } from "@hookgate/telemetry";
import { StartError } from "@hookgate/types";
import { startDispatcher } from "./start_dispatcher.ts";

const INSECURE =
  "RPC_INSECURE=1: whoever reaches this port may forge events, read them and operate the gateway";

const metrics = createMetrics();
const output = { out: standardStream(1), err: standardStream(2) };

await runApp("dispatcher", {
  ...output,
  createLog: ({ logLevel }) => createLog({ name: "dispatcher", level: logLevel, metrics }),
  async start({ env, config, log }) {
    if (env.dispatcherAddresses.length > 1) {
      throw new StartError(
        "Cannot start the dispatcher: DISPATCHER_ADDRESS lists several, which is for edges; name the one to listen on",
      );
    }
    const readSecurity = () =>
      serverSecurity(env, {
        address: env.dispatcherAddress,
        localToken: () => ensureLocalToken(env.dataDir),
      });
    const security = await readSecurity();
    if (env.rpcInsecure) {
      log.warn({ address: env.dispatcherAddress }, INSECURE);
    }
    const dispatcher = await startDispatcher({
      env,
      config,
      security,
      environment: process.env,
      output,
      log,
      metrics,
    });
    const ops = await startOpsServer({
      port: env.dispatcherOpsPort,
      names: env.opsNames,
      live: () => true,
      ready: () => dispatcher.ready(),
      metrics,
    });
    return {
      ready: Promise.resolve(dispatcher.address),
      async reload(changed) {
        await dispatcher.reload(changed, await readSecurity());
      },
      async stop() {
        await dispatcher.stop();
        await ops.close();
      },
    };
  },
});
