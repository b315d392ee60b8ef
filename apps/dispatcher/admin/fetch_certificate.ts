/** How long a certificate may take, in milliseconds. */
const FETCH_MS_MAX = 3_000;

/** Longest certificate, in bytes. */
const CERTIFICATE_BYTES_MAX = 32_768;

/**
 * The certificate at a URL that a recipe's pin allows, for an operator who verifies a refused request again; null where
 * it cannot be had. It goes where the verdict says and nowhere else: a redirect is not followed.
 */
export async function fetchCertificate(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, {
      redirect: "error",
      signal: AbortSignal.timeout(FETCH_MS_MAX),
    });
    if (!response.ok || !response.body) return null;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (bytes > CERTIFICATE_BYTES_MAX) return null;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  } catch {
    // No answer, or a bad one: the verdict stays that a certificate is needed.
    return null;
  }
}
