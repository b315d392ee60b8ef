import type { VerifyAgainOptions } from "./verify_again.ts";

type FetchCertificate = VerifyAgainOptions["fetchCertificate"];

/** Asks for each certificate once, had or not: hundreds of requests name the same. */
export function rememberCertificates(fetchCertificate: FetchCertificate): FetchCertificate {
  const known = new Map<string, Promise<string | null>>();
  return (url) => {
    const found = known.get(url) ?? fetchCertificate(url);
    known.set(url, found);
    return found;
  };
}
