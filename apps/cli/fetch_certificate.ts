import { CliError } from "./cli_error.ts";

const FETCH_MS_MAX = 5_000;
const CERTIFICATE_BYTES_MAX = 64 * 1024;

/**
 * The certificate at a URL that a recipe has pinned, in PEM. Redirects are not followed.
 *
 * @throws {CliError} where it cannot be had.
 */
export async function fetchCertificate(url: string): Promise<string> {
  const how = "give it with --certificate <file>";
  try {
    const response = await fetch(url, {
      redirect: "error",
      signal: AbortSignal.timeout(FETCH_MS_MAX),
    });
    const bytes = await readBounded(response);
    if (response.ok && bytes !== null) return bytes.toString("latin1");
    throw new CliError(`Cannot fetch the certificate at ${url}: status ${response.status}; ${how}`);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`Cannot fetch the certificate at ${url}: ${how}`, { cause: error });
  }
}

/** The body; null where it is longer than a certificate is. */
async function readBounded({ body }: Response): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > CERTIFICATE_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
