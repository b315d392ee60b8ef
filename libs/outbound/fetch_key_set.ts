import { type OutsideFetch, outsideFetch } from "./outside_fetch.ts";

/** Longest key set, in bytes; a longer one is not trusted. */
const KEY_SET_BYTES_MAX = 64 * 1024;

/** Options for {@linkcode fetchKeySet}. */
export interface FetchKeySetOptions {
  /** Time limit of the whole fetch, in milliseconds. */
  timeoutMs: number;
  /** @default {outsideFetch()} */
  fetch?: OutsideFetch;
}

/**
 * Fetches the JSON Web Key Set at a URL.
 *
 * @throws {Error} if there is none, or it does not arrive in time.
 */
export async function fetchKeySet(
  url: string,
  { timeoutMs, fetch = outsideFetch() }: FetchKeySetOptions,
): Promise<string> {
  const { status, body } = await fetch(url, { timeoutMs, bytesMax: KEY_SET_BYTES_MAX });
  if (status !== 200) throw new Error(`Cannot fetch a key set: status ${status}`);
  const json = Buffer.from(body).toString();
  if (isKeySet(json)) return json;
  throw new Error("Cannot fetch a key set: the answer is not one");
}

function isKeySet(json: string): boolean {
  try {
    return Array.isArray((JSON.parse(json) as { keys?: unknown } | null)?.keys);
  } catch {
    // An error page, for example.
    return false;
  }
}
