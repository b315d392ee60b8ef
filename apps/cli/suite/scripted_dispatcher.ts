import { type AdminHandlers, adminHandlers, RpcError, startRpcServer } from "@hookgate/rpc";
import { type CallOptions, callHookgate } from "./call_hookgate.ts";
import type { Ran } from "./spawn_hookgate.ts";

/** A dispatcher for tests that answers with its handlers. */
export interface ScriptedDispatcher {
  /** Tells a command its address. */
  env: Record<string, string>;
  /** Runs a command against it, in the test's own process. */
  call(args: readonly string[], options?: CallOptions): Promise<Ran>;
  close(): Promise<void>;
}

/** Starts one on a real port. It refuses calls that `handlers` lacks. */
export async function startScriptedDispatcher(
  handlers: Partial<AdminHandlers>,
): Promise<ScriptedDispatcher> {
  const server = await startRpcServer({
    address: "127.0.0.1:0",
    security: { tokens: null, tls: null },
    ingest: null,
    admin: refusingAdmin(handlers),
    subscription: null,
    log: { error() {} },
  });
  const env = { DISPATCHER_ADDRESS: server.address };
  return {
    env,
    call: (args, options = {}) => callHookgate(args, env, options),
    close: () => server.close({ graceMs: 0 }),
  };
}

/** Handlers that refuse every call except these. */
export function refusingAdmin(handlers: Partial<AdminHandlers>): AdminHandlers {
  const refuse = () => Promise.reject(new RpcError("UNIMPLEMENTED", "not in this test"));
  return { ...adminHandlers(() => refuse), ...handlers };
}
