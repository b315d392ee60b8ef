import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
} from "@grpc/grpc-js";
import { createTokenLookup, type Tokens } from "../security/tokens.ts";
import { ADMIN_SERVICE, INGEST_SERVICE, SUBSCRIPTION_SERVICE } from "../transport/load_protos.ts";
import { RpcError } from "../transport/rpc_error.ts";
import { rpcStatus } from "../transport/rpc_status.ts";
import type { SubscribeCaller } from "./handlers.ts";

/** Prefix of the scopes that each allow one subscription. */
const SUBSCRIBE = "subscribe:";

/**
 * What a caller of each service needs: a scope, any scope with a prefix, any valid token, or nothing. Nobody may call a
 * service that is not listed.
 */
const WANTED = new Map<string, { scope: string } | { anyScope: string } | "token" | "nothing">([
  [INGEST_SERVICE, { scope: "ingest" }],
  [ADMIN_SERVICE, { scope: "admin" }],
  // The first message says which subscription it is; the handler checks that one.
  [SUBSCRIPTION_SERVICE, { anyScope: SUBSCRIBE }],
  ["grpc.health.v1.Health", "nothing"],
  ["grpc.reflection.v1.ServerReflection", "token"],
  ["grpc.reflection.v1alpha.ServerReflection", "token"],
]);

const BEARER = /^bearer +(\S+)$/i;

/** Refuses calls without a token (UNAUTHENTICATED) and calls that their token does not allow (PERMISSION_DENIED). */
export function authorize(tokens: Tokens): ServerInterceptor {
  const scopesOf = createTokenLookup(tokens);
  return ({ path }, call) => {
    const service = path.split("/")[1] ?? "";
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        const refusal = findRefusal(service, scopesOf(tokenOf(metadata)));
        if (refusal) call.sendStatus(rpcStatus(refusal));
        else next(metadata);
      })
      .build();
    return new ServerInterceptingCall(call, { start: (next) => next(listener) });
  };
}

/** Makes the look-up of a call's caller, for handlers that check more than the service; without tokens everything is allowed. */
export function createCallerLookup(tokens: Tokens | null): (metadata: Metadata) => SubscribeCaller {
  if (!tokens) return () => ({ allows: () => true });
  const scopesOf = createTokenLookup(tokens);
  return (metadata) => {
    const scopes = scopesOf(tokenOf(metadata)) ?? [];
    return { allows: (name) => scopes.includes(`${SUBSCRIBE}${name}`) };
  };
}

function tokenOf(metadata: Metadata): string {
  const [value] = metadata.get("authorization");
  return BEARER.exec(String(value))?.[1] ?? "";
}

function findRefusal(service: string, scopes: readonly string[] | null): RpcError | null {
  const wanted = WANTED.get(service);
  if (wanted === "nothing") return null;
  if (scopes === null) {
    return new RpcError("UNAUTHENTICATED", `Cannot call ${service}: it needs a valid token`);
  }
  if (wanted === "token") return null;
  const problem = findProblem(wanted, scopes);
  return problem === null
    ? null
    : new RpcError("PERMISSION_DENIED", `Cannot call ${service}: ${problem}`);
}

function findProblem(
  wanted: { scope: string } | { anyScope: string } | undefined,
  scopes: readonly string[],
): string | null {
  if (!wanted) return "nobody may call it";
  if ("scope" in wanted) {
    return scopes.includes(wanted.scope) ? null : `the token lacks the scope "${wanted.scope}"`;
  }
  if (scopes.some((scope) => scope.startsWith(wanted.anyScope))) return null;
  return `the token lacks a scope that begins with "${wanted.anyScope}"`;
}
