import { fetchCertificate, type OutsideFetch } from "@hookgate/outbound";
import type { Log } from "@hookgate/telemetry";

/** How long a certificate may take, in milliseconds. */
const FETCH_MS_MAX = 3_000;

/** Options for {@linkcode rememberCertificates}. */
export interface RememberCertificatesOptions {
  fetch: OutsideFetch;
  log: Log;
}

/**
 * Gets certificates, for an operator who verifies refused requests again; null for one that cannot be had. Each is asked
 * for once, had or not: hundreds of requests name the same.
 */
export function rememberCertificates(
  options: RememberCertificatesOptions,
): (url: string) => Promise<string | null> {
  const { fetch, log } = options;
  const known = new Map<string, Promise<string | null>>();
  return function certificate(url) {
    const found =
      known.get(url) ??
      fetchCertificate(url, { fetch, timeoutMs: FETCH_MS_MAX }).catch((error: unknown) => {
        log.warn({ url, err: error }, "certificate not fetched");
        return null;
      });
    known.set(url, found);
    return found;
  };
}
