import { isDeepStrictEqual } from "node:util";
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

/** A caller that may do everything, for servers without tokens. */
export const ANYBODY: SubscribeCaller = { allows: () => true };

/** A call that was let in. */
interface RunningCall {
  token: string;
  scopes: readonly string[];
  end(): void;
}

/** Knows the callers of a server by their tokens. */
export class Callers {
  readonly #running = new Set<RunningCall>();
  #scopesOf: (token: string) => readonly string[] | null;

  constructor(tokens: Tokens) {
    this.#scopesOf = createTokenLookup(tokens);
  }

  /** Refuses calls without a token (UNAUTHENTICATED) and calls that their token does not allow (PERMISSION_DENIED). */
  readonly authorize: ServerInterceptor = ({ path }, call) => {
    const service = path.split("/")[1] ?? "";
    let running: RunningCall | null = null;
    const forget = () => {
      if (running) this.#running.delete(running);
    };
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        const token = tokenOf(metadata);
        const scopes = this.#scopesOf(token);
        const refusal = findRefusal(service, scopes);
        if (refusal) {
          call.sendStatus(rpcStatus(refusal));
          return;
        }
        if (scopes) {
          running = { token, scopes, end: () => call.sendStatus(rpcStatus(TOKENS_CHANGED)) };
          this.#running.add(running);
        }
        next(metadata);
      })
      .withOnCancel(forget)
      .build();
    return new ServerInterceptingCall(call, {
      start: (next) => next(listener),
      sendStatus(status, next) {
        forget();
        next(status);
      },
    });
  };

  /** What a call's caller may do, for handlers that check more than the service. */
  callerOf(metadata: Metadata): SubscribeCaller {
    const scopes = this.#scopesOf(tokenOf(metadata)) ?? [];
    return { allows: (name) => scopes.includes(`${SUBSCRIBE}${name}`) };
  }

  /** Replaces the tokens. Running calls whose token has other scopes now, or none, are ended: they have to call again. */
  setTokens(tokens: Tokens): void {
    this.#scopesOf = createTokenLookup(tokens);
    for (const running of this.#running) {
      const scopes = this.#scopesOf(running.token);
      if (scopes && isDeepStrictEqual(scopes, running.scopes)) continue;
      this.#running.delete(running);
      running.end();
    }
  }
}

/** UNAVAILABLE, so that clients call again and learn what the new tokens allow. */
const TOKENS_CHANGED = new RpcError("UNAVAILABLE", "the server's tokens have changed: call again");

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
