import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isIP } from "node:net";
import { hostOf } from "@hookgate/config";
import { type GuardedLookupOptions, guardedLookup, RefusedHostError } from "@hookgate/outbound";
import { ORIGIN_PLACES_MAX } from "./connection_places.ts";
import { type Answer, type PostOptions, post, StaleConnectionError } from "./post.ts";

/** How long a connection is kept that nobody uses; shorter than Node's servers keep theirs, lest both ends cross. */
const IDLE_MS_MAX = 4_000;

/** Connections to one origin that are kept while nobody uses them. */
const IDLE_MAX = 32;

/** Options for {@linkcode EndpointConnections}. */
export interface EndpointConnectionsOptions extends Required<Pick<GuardedLookupOptions, "allows">> {
  /** Names to addresses. @default {dns.lookup} */
  lookup?: GuardedLookupOptions["lookup"];
  /** Certificates to trust, in PEM. @default those of Node */
  ca?: string | undefined;
}

/**
 * Connections to endpoints, which are used again, and lead nowhere that is not allowed: whatever the URL calls the host,
 * the address that is checked is the one that is connected to. A proxy of the environment would connect for us, to
 * wherever it likes: there is none.
 */
export class EndpointConnections {
  readonly #options: EndpointConnectionsOptions;
  readonly #kept: Agents;
  readonly #fresh: Agents;

  constructor(options: EndpointConnectionsOptions) {
    this.#options = options;
    const kept = { keepAlive: true, maxSockets: ORIGIN_PLACES_MAX, maxFreeSockets: IDLE_MAX };
    this.#kept = agents({ ...kept, timeout: IDLE_MS_MAX }, options.ca);
    this.#fresh = agents({ keepAlive: false }, options.ca);
  }

  /**
   * Posts. Where a connection that was kept turns out to be closed at the other end before any byte of an answer came, it is
   * posted once more over a new one: the endpoint may have got it, and gets it twice then, under the same id. That is what
   * at least once means; a failed attempt and a wait for each connection that an idle endpoint closes would help nobody.
   *
   * Rejects where there is no answer: with a {@linkcode RefusedHostError} where the host leads to an address that is not
   * allowed, to which no connection was made.
   */
  async post(url: URL, sent: Omit<PostOptions, "agent" | "lookup">): Promise<Answer> {
    const hostname = hostOf(url.href);
    const refused: string[] = [];
    const allows = (address: string) => {
      const allowed = this.#options.allows(address, hostname);
      if (!allowed) refused.push(address);
      return allowed;
    };
    // A bare address is connected to without any lookup.
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

  /** Ends all connections, those in use too. */
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

/** Names the address, which is what an operator has to look into. */
function refusal(hostname: string, refused: readonly string[], cause?: RefusedHostError): Error {
  const [address] = refused;
  if (address === undefined && cause) return cause;
  return new RefusedHostError(hostname, `its address ${address} is not public`);
}
