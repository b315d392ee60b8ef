import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isIP } from "node:net";
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import { hostOf } from "@hookgate/config";
import { type GuardedLookupOptions, guardedLookup, RefusedHostError } from "@hookgate/outbound";
import { type Answer, type PostOptions, post, StaleConnectionError } from "./post.ts";

/** Connections to one origin at a time: as many as one subscription may have. */
const ORIGIN_PLACES_MAX = 1_000;

/** Connections to all of them. */
const PLACES_MAX = 4_000;

/** How long an unused connection is kept, in milliseconds: less than Node's servers keep theirs, so that they rarely close first. */
const IDLE_MS_MAX = 4_000;

/** Greatest age of a connection that is used again, in milliseconds: a name that leads elsewhere is followed by then. */
const AGE_MS_MAX = 60_000;

/** Unused connections to one origin that are kept. */
const IDLE_MAX = 32;

/** Options for {@linkcode EndpointConnections}. */
export interface EndpointConnectionsOptions extends Required<Pick<GuardedLookupOptions, "allows">> {
  /** Names to addresses. @default {dns.lookup} */
  lookup?: GuardedLookupOptions["lookup"];
  /** Certificates to trust, in PEM. @default {those of Node} */
  ca?: string | undefined;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
}

/**
 * Connections to endpoints. They are reused, and lead only to addresses that are allowed: whatever name the URL has, the
 * address that is checked is the one that is connected to. Proxies of the environment are not used, because they would
 * connect to addresses that nobody has checked.
 */
export class EndpointConnections {
  readonly #options: EndpointConnectionsOptions;
  readonly #kept: Agents;
  readonly #fresh: Agents;

  constructor(options: EndpointConnectionsOptions) {
    this.#options = options;
    const { monotonic = () => performance.now() } = options;
    const kept = { keepAlive: true, maxSockets: ORIGIN_PLACES_MAX, maxFreeSockets: IDLE_MAX };
    this.#kept = agents({ ...kept, timeout: IDLE_MS_MAX }, options.ca);
    boundAge(this.#kept.http, monotonic);
    boundAge(this.#kept.https, monotonic);
    this.#fresh = agents({ keepAlive: false }, options.ca);
  }

  /**
   * Posts. If a kept connection was closed by the peer before any byte of an answer arrived, it posts once more over a new
   * one. The endpoint may then get the event twice, under the same id, which at-least-once delivery allows; a failed attempt
   * for every connection that an idle endpoint closes would be worse.
   *
   * Rejects if there is no answer; with a {@linkcode RefusedHostError} if the host has an address that is not allowed, and
   * then no connection was made.
   */
  async post(url: URL, sent: Omit<PostOptions, "agent" | "lookup">): Promise<Answer> {
    const hostname = hostOf(url.href);
    const refused: string[] = [];
    const allows = (address: string) => {
      const allowed = this.#options.allows(address, hostname);
      if (!allowed) refused.push(address);
      return allowed;
    };
    // For a literal address Node does no lookup.
    if (isIP(hostname) !== 0 && !allows(hostname)) throw refusal(hostname, refused);
    const { lookup: lookupHost } = this.#options;
    const lookup = guardedLookup({ allows, ...(lookupHost && { lookup: lookupHost }) });
    const secure = url.protocol === "https:" ? "https" : "http";
    const send = (agents: Agents) => post(url, { ...sent, lookup, agent: agents[secure] });
    try {
      return await send(this.#kept).catch((error) => {
        if (error instanceof StaleConnectionError) return send(this.#fresh);
        throw error;
      });
    } catch (error) {
      throw error instanceof RefusedHostError ? refusal(hostname, refused, error) : error;
    }
  }

  /** Closes all connections, including those in use. */
  close(): void {
    for (const { http, https } of [this.#kept, this.#fresh]) {
      http.destroy();
      https.destroy();
    }
  }
}

interface Agents {
  http: HttpAgent;
  https: HttpsAgent;
}

function agents(options: ConstructorParameters<typeof HttpAgent>[0], ca?: string): Agents {
  const tls = { rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
  return { http: new HttpAgent(options), https: new HttpsAgent({ ...options, ...tls }) };
}

/** Makes an agent close connections that are too old instead of using them again. */
function boundAge(agent: HttpAgent, monotonic: () => number): void {
  const openedAt = new WeakMap<Duplex, number>();
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (...args) => {
    const socket = createConnection(...args);
    if (socket) openedAt.set(socket, monotonic());
    return socket;
  };
  const keepSocketAlive = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    const ageMs = monotonic() - (openedAt.get(socket) ?? Number.NEGATIVE_INFINITY);
    return ageMs < AGE_MS_MAX && keepSocketAlive(socket);
  };
}

/** Names the address, because that is what an operator has to check. */
function refusal(hostname: string, refused: readonly string[], cause?: RefusedHostError): Error {
  const [address] = refused;
  if (address === undefined && cause) return cause;
  return new RefusedHostError(hostname, `its address ${address} is not public`);
}

/** How long no exchange starts after this machine could not open a connection, in milliseconds. */
const SHORTAGE_MS = 1_000;

/** Options for {@linkcode ConnectionPlaces}. */
export interface ConnectionPlacesOptions {
  /** @default {ORIGIN_PLACES_MAX} */
  originMax?: number;
  /** @default {PLACES_MAX} */
  allMax?: number;
  /** Files that they may take, a connection each. @default {Infinity} */
  filesMax?: number;
}

/**
 * Bounds the exchanges under way: an attempt without a place does not start, instead of waiting for a connection while its
 * time runs out.
 */
export class ConnectionPlaces {
  readonly #originMax: number;
  readonly #allMax: number;
  readonly #freed: () => void;
  readonly #taken = new Map<string, number>();
  #all = 0;
  /** Runs while none is free because this machine could not open a connection. */
  #shortage: NodeJS.Timeout | null = null;

  /** `freed` is called after each place that became free. */
  constructor(freed: () => void, options: ConnectionPlacesOptions = {}) {
    const { originMax = ORIGIN_PLACES_MAX, allMax = PLACES_MAX, filesMax = Infinity } = options;
    this.#freed = freed;
    this.#originMax = originMax;
    this.#allMax = Math.min(allMax, Math.max(1, Math.floor(filesMax)));
  }

  /** Places that are free for an origin. */
  free(origin: string): number {
    if (this.#shortage) return 0;
    return Math.min(this.#originMax - (this.#taken.get(origin) ?? 0), this.#allMax - this.#all);
  }

  /** Takes a place until it is disposed of; null if none is free. */
  reserve(origin: string): Disposable | null {
    if (this.free(origin) <= 0) return null;
    this.#taken.set(origin, (this.#taken.get(origin) ?? 0) + 1);
    this.#all += 1;
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#release(origin);
      },
    };
  }

  /** This machine could not open a connection: for a while no place is free. Returns whether that is new. */
  noteShortage(): boolean {
    if (this.#shortage) return false;
    this.#shortage = setTimeout(() => {
      this.#shortage = null;
      this.#freed();
    }, SHORTAGE_MS);
    return true;
  }

  /** Stops its timer. */
  close(): void {
    clearTimeout(this.#shortage ?? undefined);
  }

  #release(origin: string): void {
    const left = (this.#taken.get(origin) ?? 0) - 1;
    if (left > 0) this.#taken.set(origin, left);
    else this.#taken.delete(origin);
    this.#all -= 1;
    this.#freed();
  }
}
