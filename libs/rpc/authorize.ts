import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
} from "@grpc/grpc-js";
import { ADMIN_SERVICE, INGEST_SERVICE } from "./load_protos.ts";
import { RpcError } from "./rpc_error.ts";
import { rpcStatus } from "./rpc_status.ts";
import { createTokenLookup, type Tokens } from "./token_scopes.ts";

/** What each service asks of a caller: a scope, any valid token, or nothing. What is not listed here is for nobody. */
const WANTED = new Map<string, { scope: string } | "token" | "nothing">([
  [INGEST_SERVICE, { scope: "ingest" }],
  [ADMIN_SERVICE, { scope: "admin" }],
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
  if (wanted && scopes.includes(wanted.scope)) return null;
  const problem = wanted ? `the token lacks the scope "${wanted.scope}"` : "it is for nobody";
  return new RpcError("PERMISSION_DENIED", `Cannot call ${service}: ${problem}`);
}
