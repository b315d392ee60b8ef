import { parseRetryAfter } from "@hookgate/backoff";
import type { Recipient } from "@hookgate/config";
import { type GuardedLookupOptions, isPublicAddress } from "@hookgate/outbound";
import { describeConnectionError } from "../targets/endpoint/describe_connection_error.ts";
import { EndpointConnections } from "../targets/endpoint/endpoint_connections.ts";
import type { Message } from "./message.ts";
import { plainText } from "./plain_text.ts";
import { sendMail } from "./send_mail.ts";
import { Posts, RefusedMessage } from "./send_posts.ts";

/** How long one try may take, in milliseconds: less than its claim lives. */
const SEND_MS_MAX = 20_000;

/** Longest error that is kept, in characters. */
const ERROR_CHARS_MAX = 300;

/** What became of a message: what was answered, or why there was no answer. */
export interface Sent {
  ok: boolean;
  /** A sentence without a full stop. */
  answer: string;
  /** How long the recipient asks us to wait, in milliseconds, if it does. */
  retryAfterMs?: number;
}

/** Options for {@linkcode Senders}. */
export interface SendersOptions {
  /** Whether a host may have addresses that are not public. */
  allowsPrivate: (hostname: string) => boolean;
  /** Certificates to trust, in PEM. @default {those of Node} */
  ca?: string;
  /** Names to addresses. @default {dns.lookup} */
  lookup?: GuardedLookupOptions["lookup"];
  /** How long one try may take, in milliseconds. @default {SEND_MS_MAX} */
  timeoutMs?: number;
  /** The wall clock, in milliseconds since 1970, for signatures. @default {Date.now} */
  now?: () => number;
}

/** Sends messages to recipients of every kind. */
export class Senders {
  readonly #options: SendersOptions;
  readonly #connections: EndpointConnections;
  readonly #posts: Posts;
  readonly #running = new Set<AbortController>();

  constructor(options: SendersOptions) {
    this.#options = options;
    const { ca, lookup } = options;
    this.#connections = new EndpointConnections({ allows: this.#allows, ca, lookup });
    this.#posts = new Posts(this.#connections);
  }

  /** Sends once. Never rejects. */
  async send(message: Message, { target }: Pick<Recipient, "target">): Promise<Sent> {
    const { timeoutMs = SEND_MS_MAX, now = Date.now, ca, lookup } = this.#options;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort("late"), timeoutMs);
    this.#running.add(abort);
    const { signal } = abort;
    try {
      const posted = { now: now(), signal };
      if (target.kind === "endpoint") {
        return done(await this.#posts.endpoint(message, target, posted));
      }
      if (target.kind === "slack") return done(await this.#posts.slack(message, target, posted));
      const mail = { allows: this.#allows, timeoutMs, signal, ca, lookup };
      return done(await sendMail(message, target, mail));
    } catch (error) {
      if (signal.aborted) return failed(abortedText(signal.reason, timeoutMs));
      const sent = failed(describeConnectionError(error));
      if (!(error instanceof RefusedMessage) || error.retryAfter === null) return sent;
      return { ...sent, retryAfterMs: parseRetryAfter(error.retryAfter, now()) ?? 0 };
    } finally {
      clearTimeout(timer);
      this.#running.delete(abort);
    }
  }

  /** Breaks off what is on its way. */
  close(): void {
    for (const abort of this.#running) abort.abort("stopping");
    this.#connections.close();
  }

  readonly #allows = (address: string, hostname: string) =>
    isPublicAddress(address) || this.#options.allowsPrivate(hostname);
}

function done(answer: string): Sent {
  return { ok: true, answer };
}

function failed(reason: string): Sent {
  return { ok: false, answer: plainText(reason, ERROR_CHARS_MAX) };
}

function abortedText(reason: unknown, timeoutMs: number): string {
  return reason === "late" ? `no answer within ${timeoutMs} ms` : "the dispatcher is stopping";
}
