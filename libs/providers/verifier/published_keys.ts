import { X509Certificate } from "node:crypto";
import { readKeySet } from "@hookgate/signature";

/** How long what was fetched is used without a look whether it is still the newest, in milliseconds. */
const KEPT_MS = 3_600_000;

/** What does not verify a request is fetched again, but not more often than this, in milliseconds: forged requests cause it, too. */
const AGAIN_MS_MIN = 1_000;

const FETCH_MS_MAX = 3_000;
const BYTES_MAX = 256 * 1024;
const URLS_MAX = 100;

/** Options for {@linkcode PublishedKeys}. */
export interface PublishedKeysOptions {
  fetch: typeof fetch;
  now: () => number;
}

interface Kept {
  /** The newest that could be fetched; null if none ever could. */
  text: string | null;
  /** When the last fetch began, and whether it failed. */
  triedAt: number;
  failed: boolean;
  /** What goes on; settled otherwise. */
  fetching: Promise<void>;
}

/** Options for {@linkcode PublishedKeys.get}. */
export interface GetPublishedOptions {
  /** The name of the key that is needed, if a key set is. */
  kid?: string;
  /** The text that did not verify the request. */
  refused?: string;
}

/** Certificates and key sets that providers publish. The recipe has pinned where: nothing else is ever fetched. */
export class PublishedKeys {
  readonly #options: PublishedKeysOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(options: PublishedKeysOptions) {
    this.#options = options;
  }

  /**
   * The text at this URL. If it is the one that has refused a request, or has no key of this name, it was fetched within the last second.
   * Null if that is what is needed, and cannot be had.
   */
  async get(url: string, { kid, refused }: GetPublishedOptions = {}): Promise<string | null> {
    const kept = this.#keptAt(url);
    const serves = () =>
      kept.text !== null &&
      kept.text !== refused &&
      (kid === undefined || readKeySet(kept.text)?.has(kid) === true);
    const ageMs = this.#options.now() - kept.triedAt;
    if (ageMs > (serves() && !kept.failed ? KEPT_MS : AGAIN_MS_MIN)) {
      kept.triedAt = this.#options.now();
      kept.fetching = this.#fetch(url, {
        kept,
        isReadable: kid === undefined ? isCertificate : isKeySet,
      });
    }
    if (!serves()) await kept.fetching;
    return kept.failed && !serves() ? null : kept.text;
  }

  #keptAt(url: string): Kept {
    const triedAt = Number.NEGATIVE_INFINITY;
    const kept = this.#kept.get(url) ?? {
      text: null,
      triedAt,
      failed: true,
      fetching: Promise.resolve(),
    };
    this.#kept.delete(url);
    this.#kept.set(url, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > URLS_MAX && oldest !== undefined) this.#kept.delete(oldest);
    return kept;
  }

  /** What was there before is kept if that fails, or brings something else, such as an error page. */
  async #fetch(
    url: string,
    { kept, isReadable }: { kept: Kept; isReadable: (text: string) => boolean },
  ): Promise<void> {
    const text = await fetchText(url, this.#options.fetch);
    kept.failed = text === null || !isReadable(text);
    if (!kept.failed) kept.text = text;
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

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).publicKey !== undefined;
  } catch {
    return false;
  }
}

function isKeySet(json: string): boolean {
  return readKeySet(json) !== null;
}
