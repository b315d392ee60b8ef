import { readEnv } from "@hookgate/config";
import { type AdminHandlers, clientSecurity, connectRpc, RpcError } from "@hookgate/rpc";
import type { Cli } from "../cli.ts";
import { CliError } from "../cli.ts";

/** Options for {@linkcode askDispatcher}. */
export interface AskOptions {
  /** How long one call may take, in milliseconds. @default {10_000} */
  deadlineMs?: number;
}

/**
 * Asks the dispatcher that the environment names, in order to do `what`.
 *
 * @throws {CliError} with a line for the operator.
 */
export async function askDispatcher<T>(
  cli: Cli,
  what: string,
  ask: (admin: AdminHandlers) => Promise<T>,
  options: AskOptions = {},
): Promise<T> {
  const env = readEnv(cli.env);
  const address = env.dispatcherAddress;
  const security = await clientSecurity(env).catch((error: Error) => {
    throw new CliError(error.message, { cause: error });
  });
  const client = connectRpc({ address, security, ...options });
  try {
    return await ask(client.admin);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw new CliError(explain(error, { what, address }), { cause: error });
  } finally {
    client.close();
  }
}

function explain(error: RpcError, { what, address }: { what: string; address: string }): string {
  switch (error.code) {
    case "UNAVAILABLE":
      return `Cannot reach the dispatcher at ${address}: is it running? Start it with npm start`;
    case "DEADLINE_EXCEEDED":
      return `Cannot ${what}: the dispatcher at ${address} did not answer in time`;
    case "UNAUTHENTICATED":
      return `Cannot ${what}: the dispatcher at ${address} wants another RPC_TOKEN`;
    case "PERMISSION_DENIED":
      return `Cannot ${what}: RPC_TOKEN lacks the scope "admin" at the dispatcher at ${address}`;
    default:
      // What the dispatcher could not do is a sentence of that kind by itself.
      if (error.message.startsWith("Cannot ")) return error.message;
      return `Cannot ${what}: ${error.message}`;
  }
}
