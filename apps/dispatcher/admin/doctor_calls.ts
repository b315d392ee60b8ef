import type { Config } from "@hookgate/config";
import type { AdminHandlers, RpcReach } from "@hookgate/rpc";
import { DOCTOR_SOURCE } from "@hookgate/types";
import type { Trials } from "../sources/trials.ts";
import type { EventStore } from "../store/contract/event_store.ts";
import { toRpcError } from "./rpc_errors.ts";

/** Options for {@linkcode doctorCalls}. */
export interface DoctorCallsOptions {
  store: Pick<EventStore, "kind" | "now" | "durability">;
  config: () => Pick<Config, "sources" | "trustedProxies" | "limits">;
  trials: Pick<Trials, "open">;
  rpcReach: () => RpcReach;
}

/** The calls of `npx hookgate doctor`. */
export function doctorCalls({
  store,
  config,
  trials,
  rpcReach,
}: DoctorCallsOptions): Pick<AdminHandlers, "getSetup" | "openTrial"> {
  return {
    async getSetup() {
      const durability = await store.durability().catch(toRpcError);
      const { sources, trustedProxies, limits } = config();
      return {
        store: store.kind,
        storeNowMs: Math.floor(store.now()),
        dispatcherNowMs: Date.now(),
        durability: durability.map((fact) => ({ ...fact })),
        rpc: rpcReach(),
        trustedProxies: [...trustedProxies],
        bodyBytesMax: limits.bodyBytesMax,
        bodyDeadlineMs: limits.bodyDeadlineMs,
        publicUrls: sources.flatMap(({ name, publicUrl }) => {
          return publicUrl === null ? [] : { source: name, url: withoutSecrets(publicUrl) };
        }),
      };
    },

    async openTrial() {
      const { word, secret, until } = await trials.open().catch(toRpcError);
      return { path: `${DOCTOR_SOURCE}/${word}`, secret, untilMs: Math.floor(until) };
    },
  };
}

/** A public URL may have a user and a password. */
function withoutSecrets(text: string): string {
  const url = URL.parse(text);
  if (url === null) return "";
  return `${url.origin}${url.pathname}`;
}
