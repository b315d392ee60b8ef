import { X509Certificate } from "node:crypto";
import { type OutsideFetch, outsideFetch } from "./outside_fetch.ts";

/** Longest certificate chain, in bytes; a longer one is not trusted. */
const CERTIFICATE_BYTES_MAX = 32 * 1024;

/** Answers that say that there is nothing at a URL; object stores say 403. */
const NOTHING_THERE: readonly number[] = [403, 404, 410];

/** Thrown where the server says that there is no certificate, or no longer. */
export class NoCertificateError extends Error {
  override name = "NoCertificateError";
}

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
 * @throws {NoCertificateError} if the server says that there is none.
 * @throws {Error} if it cannot be read, or does not arrive in time.
 */
export async function fetchCertificate(
  url: string,
  { timeoutMs, fetch = outsideFetch() }: FetchCertificateOptions,
): Promise<string> {
  const { status, body } = await fetch(url, { timeoutMs, bytesMax: CERTIFICATE_BYTES_MAX });
  if (status !== 200) {
    const message = `Cannot fetch a certificate: status ${status}`;
    throw NOTHING_THERE.includes(status) ? new NoCertificateError(message) : new Error(message);
  }
  const pem = Buffer.from(body).toString("latin1");
  if (isCertificate(pem)) return pem;
  throw new Error("Cannot fetch a certificate: the answer is not PEM");
}

/** One that is cut off or garbled on its way would be kept as long as a good one, and refuse what is genuine. */
function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).publicKey !== undefined;
  } catch {
    return false;
  }
}
