import { ensureLocalToken, runApp } from "@hookgate/config";
import { clientSecurity, connectRpc } from "@hookgate/rpc";
import { createLog, createMetrics, standardStream, startOpsServer } from "@hookgate/telemetry";
import { openFilesMax } from "./open_files_max.ts";
import { startEdge } from "./start_edge.ts";

/** Longest wait for the dispatcher before the ready line, in milliseconds; without it the edge answers 503. */
const DISPATCHER_WAIT_MS_MAX = 3_000;

/** A dispatcher that does not answer a new stream within this time is tried again on a new connection, in milliseconds. */
const OPEN_MS_MAX = 1_000;

const metrics = createMetrics();

await runApp("edge", {
  out: standardStream(1),
  err: standardStream(2),
  createLog: ({ logLevel }) => createLog({ name: "edge", level: logLevel, metrics }),
  async start({ env, config, log }) {
    const localToken = () => ensureLocalToken(env.dataDir);
    const readSecurity = (address: string) => clientSecurity(env, { address, localToken });
    const addresses = env.dispatcherAddresses;
    const dispatchers = await Promise.all(
      addresses.map(async (address) => {
        const security = await readSecurity(address);
        return { address, client: connectRpc({ address, security, log, openMsMax: OPEN_MS_MAX }) };
      }),
    );
    const edge = await startEdge({
      config,
      port: env.edgePort,
      ...(env.edgeHost !== null && { host: env.edgeHost }),
      dispatchers,
      openFilesMax: openFilesMax(),
      log,
      metrics,
    });
    const ops = await startOpsServer({
      port: env.edgeOpsPort,
      names: env.opsNames,
      live: () => true,
      ready: () => edge.ready(),
      metrics,
    });

    async function ready(): Promise<string> {
      const connected = await edge.waitForDispatcher({ timeoutMs: DISPATCHER_WAIT_MS_MAX });
      if (!connected)
        log.warn({ addresses }, "dispatcher not connected yet: answering 503 until it is");
      return `http://localhost:${edge.port}/api/webhooks`;
    }

    return {
      ready: ready(),
      async reload(changed) {
        const securities = await Promise.all(addresses.map(readSecurity));
        edge.reload(changed);
        for (const [index, security] of securities.entries()) {
          dispatchers[index]?.client.setSecurity(security);
        }
      },
      async stop() {
        await edge.stop();
        for (const { client } of dispatchers) client.close();
        await ops.close();
      },
    };
  },
});
