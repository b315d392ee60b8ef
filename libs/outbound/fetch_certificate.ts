import { type OutsideFetch, outsideFetch } from "./outside_fetch.ts";

/** Longest certificate, with those that vouch for it, in bytes: what is longer is not trusted either. */
const CERTIFICATE_BYTES_MAX = 32 * 1024;

const PEM_CERTIFICATE = "-----BEGIN CERTIFICATE-----";

/** Options for {@linkcode fetchCertificate}. */
export interface FetchCertificateOptions {
  /** Time for all of it, in milliseconds. */
  timeoutMs: number;
  /** @default {outsideFetch()} */
  fetch?: OutsideFetch;
}

/**
 * The certificate at a URL, in PEM.
 *
 * @throws {Error} where there is none, or it cannot be had in time.
 */
export async function fetchCertificate(
  url: string,
  { timeoutMs, fetch = outsideFetch() }: FetchCertificateOptions,
): Promise<string> {
  const { status, body } = await fetch(url, { timeoutMs, bytesMax: CERTIFICATE_BYTES_MAX });
  if (status !== 200) throw new Error(`Cannot fetch a certificate: status ${status}`);
  const pem = Buffer.from(body).toString("latin1");
  if (pem.includes(PEM_CERTIFICATE)) return pem;
  throw new Error("Cannot fetch a certificate: what is there is none");
}
