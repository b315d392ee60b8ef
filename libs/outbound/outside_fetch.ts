import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP } from "node:net";
import { type GuardedLookupOptions, guardedLookup } from "./guarded_lookup.ts";
import { RefusedHostError } from "./refused_host_error.ts";

/** What a fetch brought. */
export interface Fetched {
  status: number;
  body: Uint8Array;
}

/** Bounds of one fetch. */
export interface FetchBounds {
  /** Time for all of it, in milliseconds. */
  timeoutMs: number;
  bytesMax: number;
}

/** Fetches something from the outside. Rejects where it cannot be had within its bounds. */
export type OutsideFetch = (url: string, bounds: FetchBounds) => Promise<Fetched>;

/** Options for {@linkcode outsideFetch}. */
export interface OutsideFetchOptions extends GuardedLookupOptions {
  /** Certificates to trust, in PEM. @default those of Node */
  ca?: string;
  /** Where https is served. @default {443} */
  port?: number;
}

/**
 * Makes a fetch for URLs that a stranger's request names, though a provider's file has pinned their host: https on its
 * standard port, no redirects, and no address inside: one that a name leads to is checked at the moment it is used.
 */
export function outsideFetch(options: OutsideFetchOptions = {}): OutsideFetch {
  const { ca, port = 443 } = options;
  const lookup = guardedLookup(options);

  return function fetchOutside(url, { timeoutMs, bytesMax }) {
    const refusal = refuse(url);
    if (refusal !== null) return Promise.reject(new TypeError(`Cannot fetch ${refusal}`));
    return new Promise((resolve, reject) => {
      const get = request(url, {
        port,
        lookup,
        // A connection of its own, so that none is kept open for a host that is asked once a day.
        agent: false,
        headers: { accept: "*/*", connection: "close", "user-agent": "hookgate" },
        ...(ca !== undefined && { ca }),
      });
      const timer = setTimeout(() => {
        get.destroy(new Error(`Cannot fetch within ${timeoutMs} ms`));
      }, timeoutMs);
      get.on("close", () => {
        clearTimeout(timer);
        reject(new Error("Cannot fetch: the connection ended"));
      });
      get.on("error", (error) => reject(sayWhatFor(error, get.host)));
      get.on("response", (response) => gather(response, { bytesMax, resolve, reject }));
      get.end();
    });
  };
}

/** A host that is refused, told as what it was wanted for. */
function sayWhatFor(error: Error, host: string): Error {
  if (!(error instanceof RefusedHostError)) return error;
  return new Error(`Cannot fetch from ${host}: ${error.state}`, { cause: error });
}

/** What is wrong with a URL, for a sentence; null where nothing is. */
function refuse(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== "https:") return "what is no https URL";
  if (url.port !== "") return "from another port than that of https";
  if (url.username !== "" || url.password !== "") return "with a password in the URL";
  // A name is looked up, and its addresses are checked; a bare address would pass by that.
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
