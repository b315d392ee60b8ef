import { type OutsideFetch, outsideFetch } from "./outside_fetch.ts";

/** Longest certificate chain, in bytes; a longer one is not trusted. */
const CERTIFICATE_BYTES_MAX = 32 * 1024;

const PEM_CERTIFICATE = "-----BEGIN CERTIFICATE-----";

/** Options for {@linkcode fetchCertificate}. */
export interface FetchCertificateOptions {
  /** Time limit of the whole fetch, in milliseconds. */
  timeoutMs: number;
  /** @default {outsideFetch()} */
  fetch?: OutsideFetch;
}

/**
 * Fetches the certificate at a URL, in PEM.
 *
 * @throws {Error} if there is none, or it does not arrive in time.
 */
export async function fetchCertificate(
  url: string,
  { timeoutMs, fetch = outsideFetch() }: FetchCertificateOptions,
): Promise<string> {
  const { status, body } = await fetch(url, { timeoutMs, bytesMax: CERTIFICATE_BYTES_MAX });
  if (status !== 200) throw new Error(`Cannot fetch a certificate: status ${status}`);
  const pem = Buffer.from(body).toString("latin1");
  if (pem.includes(PEM_CERTIFICATE)) return pem;
  throw new Error("Cannot fetch a certificate: the answer is not PEM");
}
