import { TokenBucket, type TokenRate } from "@hookgate/async";
import { type QuarantinedRequestMessage, quarantinedFromMessage } from "@hookgate/rpc";
import { QUARANTINE_REASONS, type QuarantinedRequest } from "@hookgate/types";

/** Refused requests that are kept, of all edges together: enough as evidence, too few to record a flood. */
const REQUESTS: TokenRate = { perSecond: 200, burst: 1_000 };

/** Their bodies and headers, in bytes. More a second, and the store moves its log into its file every few seconds. */
const BYTES: TokenRate = { perSecond: 1024 * 1024, burst: 32 * 1024 * 1024 };

/** Share of both that one source may use, so that a flood to one leaves room for the others. */
const SOURCE_SHARE = 0.5;

/** Longest text of a request apart from headers and body, in characters. */
const TEXT_CHARS_MAX = 16_384;

const QUARANTINED_ID = /^qtn_[0-9a-f]{32}$/;

interface Spending {
  requests: TokenBucket;
  bytes: TokenBucket;
}

/** Chooses which refused requests are kept: those of known sources, within a budget a second. */
export class RefusedIntake {
  readonly #monotonic: () => number;
  readonly #all: Spending;
  readonly #bySource = new Map<string, Spending>();

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#all = newSpending(1, monotonic);
  }

  /** Copies the requests that are kept; they are not diagnosed yet. */
  take(
    messages: readonly QuarantinedRequestMessage[],
    { sources }: { sources: ReadonlySet<string> },
  ): QuarantinedRequest[] {
    for (const name of this.#bySource.keys()) if (!sources.has(name)) this.#bySource.delete(name);
    const taken: QuarantinedRequest[] = [];
    for (const message of messages) {
      if (!sources.has(message.source) || !isKeepable(message)) continue;
      if (!this.#afford(message)) continue;
      // The edge has no say in the diagnosis, in whether it was released, or in what is encrypted.
      const { sealed: _, ...request } = quarantinedFromMessage(message);
      taken.push({ ...request, diagnosis: [], releasedAs: null });
    }
    return taken;
  }

  #afford({ source, body, headers }: QuarantinedRequestMessage): boolean {
    const own = this.#bySource.get(source) ?? newSpending(SOURCE_SHARE, this.#monotonic);
    this.#bySource.set(source, own);
    const bytes = body.length + headers.length;
    const spendings = [own, this.#all];
    const affordable = spendings.every(
      (spending) => spending.requests.left >= 1 && spending.bytes.left >= bytes,
    );
    if (!affordable) return false;
    for (const spending of spendings) {
      spending.requests.spend(1);
      spending.bytes.spend(bytes);
    }
    return true;
  }
}

function newSpending(share: number, monotonic: () => number): Spending {
  const part = ({ perSecond, burst }: TokenRate) =>
    new TokenBucket({ perSecond: perSecond * share, burst: burst * share, monotonic });
  return { requests: part(REQUESTS), bytes: part(BYTES) };
}

function isKeepable(message: QuarantinedRequestMessage): boolean {
  const { id, provider, receivedAtMs, reason, address, addressChain, method, url } = message;
  if (!QUARANTINED_ID.test(id) || !(receivedAtMs >= 0)) return false;
  if (!(QUARANTINE_REASONS as readonly string[]).includes(reason)) return false;
  const chars = [provider, address, addressChain, method, url].join("").length;
  return chars <= TEXT_CHARS_MAX;
}
