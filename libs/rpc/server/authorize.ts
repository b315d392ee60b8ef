import type { PeerCertificate } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
} from "@grpc/grpc-js";
import {
  createTokenLookup,
  readReach,
  SUBSCRIBE,
  type TokenGrant,
  type Tokens,
} from "../security/tokens.ts";
import { adminScopes } from "../transport/admin_handlers.ts";
import { RpcError } from "../transport/rpc_error.ts";
import { rpcStatus } from "../transport/rpc_status.ts";
import { ADMIN_SERVICE, INGEST_SERVICE, SUBSCRIPTION_SERVICE } from "../transport/services.ts";
import type { StandingOf } from "./guard_connections.ts";
import type { SubscribeCaller } from "./handlers.ts";

/** What a caller needs. */
type Wanted = { scopes?: readonly string[]; anyScope?: string } | "token" | "nothing";

/**
 * What a caller of each service needs: one of some scopes, any scope with a prefix, any valid token, or nothing. Of
 * AdminService each method needs its own. Nobody may call a service that is not listed.
 */
const WANTED = new Map<string, Wanted>([
  [INGEST_SERVICE, { scopes: ["ingest"] }],
  // The first message says which subscription it is; the handler checks that one.
  [SUBSCRIPTION_SERVICE, { anyScope: SUBSCRIBE }],
  ["grpc.health.v1.Health", "nothing"],
  ["grpc.reflection.v1.ServerReflection", "token"],
  ["grpc.reflection.v1alpha.ServerReflection", "token"],
]);

/** A subscriber removes its own name. The handler checks which it is. */
const OF_SUBSCRIBERS = "DeleteSubscription";

const BEARER = /^bearer +(\S+)$/i;

/** What {@linkcode CallerOf} reads of a call. */
interface ServerCall {
  metadata: Metadata;
  getAuthContext(): { sslPeerCertificate?: Pick<PeerCertificate, "subject"> };
}

/** Who makes a call. */
export type CallerOf = (call: ServerCall) => SubscribeCaller;

/** The caller of a server without tokens: it may do everything, and is known by its certificate if it has one. */
export const callerByCertificate: CallerOf = (call) => {
  const name = call.getAuthContext().sslPeerCertificate?.subject?.CN;
  return { name: name === undefined ? "anybody" : `certificate ${name}`, reaches: null };
};

/** A call that was let in. */
interface RunningCall {
  token: string;
  grant: TokenGrant;
  end(): void;
}

/** Knows the callers of a server by their tokens. */
export class Callers {
  readonly #running = new Set<RunningCall>();
  #grantOf: (token: string) => TokenGrant | null;

  constructor(tokens: Tokens) {
    this.#grantOf = createTokenLookup(tokens);
  }

  /** What a call is before it begins. */
  readonly standingOf: StandingOf = ({ path, authorization }) => {
    if (this.#grantOf(tokenIn(authorization))) return "known";
    return findRefusal(methodOf(path), null) ? "refused" : "anybody";
  };

  /** Refuses calls without a token (UNAUTHENTICATED) and calls that their token does not allow (PERMISSION_DENIED). */
  readonly authorize: ServerInterceptor = ({ path }, call) => {
    let running: RunningCall | null = null;
    const forget = () => {
      if (running) this.#running.delete(running);
    };
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        const token = tokenOf(metadata);
        const grant = this.#grantOf(token);
        const refusal = findRefusal(methodOf(path), grant?.scopes ?? null);
        if (refusal) {
          call.sendStatus(rpcStatus(refusal));
          return;
        }
        if (grant) {
          running = { token, grant, end: () => call.sendStatus(rpcStatus(TOKENS_CHANGED)) };
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

  /** Who makes a call, for handlers that check more than the service, or record it. */
  readonly callerOf: CallerOf = ({ metadata }) => {
    const { name, scopes } = this.#grantOf(tokenOf(metadata)) ?? { name: "", scopes: [] };
    const subscribing = scopes.filter((scope) => scope.startsWith(SUBSCRIBE));
    const reaches = subscribing.flatMap((scope) => readReach(scope) ?? []);
    return { name, reaches, ...(!scopes.includes("admin") && { only: reaches }) };
  };

  /** Replaces the tokens. Running calls whose token has other scopes now, or none, are ended: they have to call again. */
  setTokens(tokens: Tokens): void {
    this.#grantOf = createTokenLookup(tokens);
    for (const running of this.#running) {
      const grant = this.#grantOf(running.token);
      if (grant && isDeepStrictEqual(grant, running.grant)) continue;
      this.#running.delete(running);
      running.end();
    }
  }
}

/** UNAVAILABLE, so that clients call again and learn what the new tokens allow. */
const TOKENS_CHANGED = new RpcError("UNAVAILABLE", "the server's tokens have changed: call again");

function tokenOf(metadata: Metadata): string {
  const [value] = metadata.get("authorization");
  return tokenIn(String(value));
}

function tokenIn(authorization: string): string {
  return BEARER.exec(authorization)?.[1] ?? "";
}

function methodOf(path: string): { service: string; method: string } {
  const [, service = "", method = ""] = path.split("/");
  return { service, method };
}

function findRefusal(
  { service, method }: { service: string; method: string },
  scopes: readonly string[] | null,
): RpcError | null {
  const wanted = wantedOf(service, method);
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

function wantedOf(service: string, method: string): Wanted | undefined {
  if (service !== ADMIN_SERVICE) return WANTED.get(service);
  const scopes = adminScopes(method);
  return method === OF_SUBSCRIBERS ? { scopes, anyScope: SUBSCRIBE } : { scopes };
}

function findProblem(
  wanted: Exclude<Wanted, string> | undefined,
  scopes: readonly string[],
): string | null {
  if (!wanted) return "nobody may call it";
  const { scopes: some = [], anyScope } = wanted;
  if (some.some((scope) => scopes.includes(scope))) return null;
  if (anyScope !== undefined && scopes.some((scope) => scope.startsWith(anyScope))) return null;
  if (some.length > 0) return `the token lacks the scope "${some.join('" or "')}"`;
  return `the token lacks a scope that begins with "${anyScope}"`;
}
