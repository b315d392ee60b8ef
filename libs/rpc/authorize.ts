import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
} from "@grpc/grpc-js";
import { ADMIN_SERVICE, INGEST_SERVICE, SUBSCRIPTION_SERVICE } from "./load_protos.ts";
import { RpcError } from "./rpc_error.ts";
import { rpcStatus } from "./rpc_status.ts";
import type { SubscribeCaller } from "./subscribe_handlers.ts";
import { createTokenLookup, type Tokens } from "./token_scopes.ts";

/** Begins the scopes that each allow one subscription. */
const SUBSCRIBE = "subscribe:";

/**
 * What each service asks of a caller: a scope, any scope that begins so, any valid token, or nothing. What is not listed
 * here is for nobody.
 */
const WANTED = new Map<string, { scope: string } | { anyScope: string } | "token" | "nothing">([
  [INGEST_SERVICE, { scope: "ingest" }],
  [ADMIN_SERVICE, { scope: "admin" }],
  // Which subscription it is about is known with the first message.
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

/** Who a call's metadata shows, for what is not decided by the service alone; without tokens everybody may everything. */
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
    return new RpcError("UNAUTHENTICATED", `Cannot call ${service}: it wants a valid token`);
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
  if (!wanted) return "it is for nobody";
  if ("scope" in wanted) {
    return scopes.includes(wanted.scope) ? null : `the token lacks the scope "${wanted.scope}"`;
  }
  if (scopes.some((scope) => scope.startsWith(wanted.anyScope))) return null;
  return `the token lacks a scope that begins with "${wanted.anyScope}"`;
}
