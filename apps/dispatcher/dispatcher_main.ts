import { runApp } from "@hookgate/config";
import { changedTlsFiles, serverSecurity } from "@hookgate/rpc";
import { createLog, createMetrics, standardStream, startOpsServer } from "@hookgate/telemetry";
import { startDispatcher } from "./start_dispatcher.ts";

const metrics = createMetrics();
const output = { out: standardStream(1), err: standardStream(2) };

await runApp("dispatcher", {
  ...output,
  createLog: ({ logLevel }) => createLog({ name: "dispatcher", level: logLevel, metrics }),
  async start({ env, config, log }) {
    const security = await serverSecurity(env);
    const dispatcher = await startDispatcher({ env, config, security, output, log, metrics });
    const ops = await startOpsServer({
      port: env.dispatcherOpsPort,
      live: () => true,
      ready: () => dispatcher.ready(),
      metrics,
    });
    return {
      ready: Promise.resolve(dispatcher.address),
      async reload(changed) {
        const { tokens, tls } = await serverSecurity(env);
        await dispatcher.reload(changed, tokens);
        return changedTlsFiles(security.tls, tls);
      },
      async stop() {
        await dispatcher.stop();
        await ops.close();
      },
    };
  },
});
