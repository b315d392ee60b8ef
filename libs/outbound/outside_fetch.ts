import type { ClientRequest, IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP } from "node:net";
import { deadline } from "@hookgate/async";
import { type GuardedLookupOptions, guardedLookup, RefusedHostError } from "./guarded_lookup.ts";

/** Result of a fetch. */
export interface Fetched {
  status: number;
  body: Uint8Array;
}

/** Bounds of one fetch. */
export interface FetchBounds {
  /** Time limit of the whole fetch, in milliseconds. */
  timeoutMs: number;
  bytesMax: number;
}

/** Fetches from the public internet. Rejects if that fails or exceeds its bounds. */
export type OutsideFetch = (url: string, bounds: FetchBounds) => Promise<Fetched>;

/** Options for {@linkcode outsideFetch}. */
export interface OutsideFetchOptions extends GuardedLookupOptions {
  /** Certificates to trust, in PEM. @default those of Node */
  ca?: string;
  /** Port of https. @default {443} */
  port?: number;
}

/**
 * Makes a fetch for URLs from a stranger's request (a provider's file has pinned their host): only https on its standard
 * port, no redirects, and only public addresses, checked at the moment of connecting.
 */
export function outsideFetch(options: OutsideFetchOptions = {}): OutsideFetch {
  const { ca, port = 443 } = options;
  const lookup = guardedLookup(options);

  return async function fetchOutside(url, { timeoutMs, bytesMax }) {
    const refusal = refuse(url);
    if (refusal !== null) throw new TypeError(`Cannot fetch ${refusal}`);
    const get = request(url, {
      port,
      lookup,
      // No agent: no connection stays open to a host that is needed once a day.
      agent: false,
      headers: { accept: "*/*", connection: "close", "user-agent": "hookgate" },
      ...(ca !== undefined && { ca }),
    });
    return await deadline(exchange(get, { bytesMax }), {
      ms: timeoutMs,
      late: (): never => {
        get.destroy();
        throw new Error(`Cannot fetch within ${timeoutMs} ms`);
      },
    });
  };
}

function exchange(get: ClientRequest, { bytesMax }: { bytesMax: number }): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    get.on("close", () => reject(new Error("Cannot fetch: the connection ended")));
    get.on("error", (error) => reject(asFetchError(error, get.host)));
    get.on("response", (response) => gather(response, { bytesMax, resolve, reject }));
    get.end();
  });
}

/** Words a refused host as a failed fetch. */
function asFetchError(error: Error, host: string): Error {
  if (!(error instanceof RefusedHostError)) return error;
  return new Error(`Cannot fetch from ${host}: ${error.state}`, { cause: error });
}

/** What is wrong with a URL, as the end of a sentence; null if nothing is. */
function refuse(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== "https:") return "from a URL that is not https";
  if (url.port !== "") return "from another port than 443";
  if (url.username !== "" || url.password !== "") return "with a password in the URL";
  // A name's addresses are checked when it is looked up; a bare address is never looked up.
  return isIP(url.hostname.replace(/^\[|\]$/g, "")) === 0 ? null : "from a bare address";
}

interface GatherOptions {
  bytesMax: number;
  resolve: (fetched: Fetched) => void;
  reject: (error: Error) => void;
}

function gather(response: IncomingMessage, { bytesMax, resolve, reject }: GatherOptions): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bytesMax) response.destroy(new Error(`Cannot fetch more than ${bytesMax} bytes`));
    else chunks.push(chunk);
  });
  response.on("end", () => {
    resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
  });
  response.on("error", reject);
}
