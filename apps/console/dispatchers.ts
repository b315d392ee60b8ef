import type { Env } from "@hookgate/config";
import {
  type AdminHandlers,
  clientSecurity,
  connectRpc,
  type RpcClient,
  RpcError,
  type RpcLog,
} from "@hookgate/rpc";

/** How long a read may take, in milliseconds. */
const READ_MS_MAX = 15_000;

/** How long an action may take, in milliseconds: a backup copies the whole store. */
const ACT_MS_MAX = 600_000;

/** How one call is made. */
export interface AskOptions {
  /** The caller's own token; null for the console's. */
  token: string | null;
  /** Whether it changes nothing, so that another dispatcher may be asked the same. */
  reads: boolean;
}

/** The dispatchers that the environment names: they share one store, so each knows everything. */
export interface Dispatchers {
  /** Asks the one that answered last; a read asks the next one if that cannot be reached. @throws {RpcError} */
  ask<T>(call: (admin: AdminHandlers) => Promise<T>, options: AskOptions): Promise<T>;
  /** Reads tokens and certificates, and returns what applies them. @throws {StartError} if they cannot be used. */
  reload(): Promise<() => void>;
  close(): void;
}

/** Options for {@linkcode connectDispatchers}. */
export interface ConnectDispatchersOptions {
  env: Env;
  /** Reads the token of this machine, or makes it. */
  localToken: () => string | null;
  log: RpcLog;
}

/** Makes the connections, lazily. @throws {StartError} if a token or a certificate cannot be used. */
export async function connectDispatchers(options: ConnectDispatchersOptions): Promise<Dispatchers> {
  const { env, localToken, log } = options;
  const security = (address: string) => clientSecurity(env, { address, localToken });
  const clients = await Promise.all(
    env.dispatcherAddresses.map(async (address) => {
      const client = connectRpc({ address, security: await security(address), log });
      return { address, client };
    }),
  );
  let chosen = 0;
  const current = () => clients[chosen % clients.length]?.client as RpcClient;

  return {
    async ask(call, { token, reads }) {
      for (let tried = 1; ; tried += 1) {
        const client = current();
        const deadlineMs = reads ? READ_MS_MAX : ACT_MS_MAX;
        try {
          return await call(client.adminAs({ ...(token !== null && { token }), deadlineMs }));
        } catch (error) {
          if (!isAway(error)) throw error;
          // Two calls that fail at once move on by one.
          if (current() === client) chosen += 1;
          if (!reads || tried >= clients.length) throw error;
        }
      }
    },
    async reload() {
      const read = await Promise.all(
        clients.map(async ({ address, client }) => ({ client, found: await security(address) })),
      );
      return () => {
        for (const { client, found } of read) client.setSecurity(found);
      };
    },
    close() {
      for (const { client } of clients) client.close();
    },
  };
}

/** Whether the dispatcher itself did not answer; its own sentences begin with "Cannot". */
function isAway(error: unknown): boolean {
  return (
    error instanceof RpcError &&
    error.code === "UNAVAILABLE" &&
    !error.message.startsWith("Cannot ")
  );
}
