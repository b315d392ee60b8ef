import { readKeySet } from "@hookgate/signature";

/** How long what was fetched is used, in milliseconds. */
const KEPT_MS = 3_600_000;

/** A key set without the key of a request is fetched again, but not more often than this, in milliseconds. */
const AGAIN_MS_MIN = 60_000;

/** The same of what could not be had, in milliseconds. */
const RETRY_MS_MIN = 1_000;

const FETCH_MS_MAX = 3_000;
const BYTES_MAX = 256 * 1024;
const URLS_MAX = 100;

/** Options for {@linkcode PublishedKeys}. */
export interface PublishedKeysOptions {
  fetch: typeof fetch;
  now: () => number;
}

/** Certificates and key sets that providers publish. The recipe has pinned where: nothing else is ever fetched. */
export class PublishedKeys {
  readonly #options: PublishedKeysOptions;
  readonly #kept = new Map<string, { text: Promise<string | null>; at: number }>();

  constructor(options: PublishedKeysOptions) {
    this.#options = options;
  }

  /** The text at this URL, which should have a key of this name; null if it cannot be had. */
  async get(url: string, kid?: string): Promise<string | null> {
    const kept = this.#kept.get(url);
    const age = kept === undefined ? Number.POSITIVE_INFINITY : this.#options.now() - kept.at;
    if (kept === undefined || age > KEPT_MS) return this.#fetch(url);
    const text = await kept.text;
    if (text === null) return age > RETRY_MS_MIN ? this.#fetch(url) : null;
    const lacks = kid !== undefined && !hasKey(text, kid);
    return lacks && age > AGAIN_MS_MIN ? this.#fetch(url) : text;
  }

  #fetch(url: string): Promise<string | null> {
    const text = fetchText(url, this.#options.fetch);
    this.#kept.delete(url);
    this.#kept.set(url, { text, at: this.#options.now() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > URLS_MAX && oldest !== undefined) this.#kept.delete(oldest);
    return text;
  }
}

/** Gets a URL, within bounds; null if that fails. */
export async function fetchText(url: string, fetcher: typeof fetch): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(FETCH_MS_MAX);
    const response = await fetcher(url, { redirect: "error", signal });
    if (!response.ok) return null;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > BYTES_MAX) return null;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  } catch {
    // Away, or not in time: the sender is told to come again.
    return null;
  }
}

function hasKey(text: string, kid: string): boolean {
  return readKeySet(text)?.has(kid) ?? false;
}
