import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { NotifyConfig, Recipient } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Notes } from "../store/contract/notes.ts";
import {
  claimTelling,
  endTelling,
  endTest,
  followMatters,
  MESSAGE_EVERY_MS,
  type Told,
  toTell,
} from "./decide_notices.ts";
import type { Matter } from "./matters.ts";
import { messageOf, testMessage } from "./message.ts";
import { type NoticeBook, readBook, writeBook } from "./notice_book.ts";
import type { Senders, Sent } from "./senders.ts";

/** Between two looks, in milliseconds. */
export const NOTIFY_EVERY_MS = 15_000;

/** Tries to write down what became of a message; another dispatcher may write at the same time. */
const WRITE_TRIES_MAX = 10;

/** Options for {@linkcode Notifier}. */
export interface NotifierOptions {
  store: StoreTime & Notes;
  config: () => NotifyConfig;
  /** What operators want to know now. */
  readMatters: (book: NoticeBook) => Promise<Matter[]>;
  senders: Pick<Senders, "send" | "close">;
  /** What this installation is called; null if it has no name. */
  environment: string | null;
  /** Called after each try. */
  onSent?: (recipient: string, sent: Sent) => void;
  log: Log;
  /** At most one message in this time goes to a recipient, in milliseconds. @default {MESSAGE_EVERY_MS} */
  everyMs?: number;
}

/**
 * Tells recipients what happens, once, and once more when it is over. What was told is in the store's book, each version of which
 * is written by one dispatcher: who has written that it sends, sends. If it ends before it has written what became of that, the
 * message is sent again, with the same id.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #sending = new Set<Promise<void>>();
  #closing = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Looks what is so now, and begins to tell it; returns before it is told. One of several dispatchers does it each time. */
  async look(): Promise<void> {
    const { store, config, readMatters } = this.#options;
    const { recipients } = config();
    if (recipients.length === 0) return;
    const { revision, book } = await readBook(store);
    const matters = await readMatters(book);
    const now = store.now();
    const followed = followMatters(book, matters, { recipients, now });
    const due = recipients.flatMap((recipient) => {
      const told = toTell(followed, recipient, now);
      return told.length === 0 ? [] : { recipient, told, token: randomUUID() };
    });
    const claimed = due.reduce(
      (next, { recipient, token }) => claimTelling(next, recipient.name, { token, now }),
      followed,
    );
    if (isDeepStrictEqual(claimed, book)) return;
    // Another dispatcher was faster, and tells it.
    if (!(await writeBook(store, { book: claimed, revision }))) return;
    for (const one of due) {
      const sending = this.#send(one).finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
    }
  }

  /** Sends a message to try a recipient, or all of them. Whoever it reaches is told at once what could not be told. */
  async test(only: string): Promise<{ recipient: Recipient; sent: Sent }[]> {
    const { config, senders, environment, store } = this.#options;
    const { recipients, consoleUrl } = config();
    const chosen = recipients.filter(({ name }) => only === "" || name === only);
    return Promise.all(
      chosen.map(async (recipient) => {
        const options = { recipient: recipient.name, consoleUrl, environment, now: store.now() };
        const sent = await senders.send(testMessage(options), recipient);
        if (sent.ok) await this.#endTest(recipient.name);
        return { recipient, sent };
      }),
    );
  }

  /** Breaks off what is on its way, and waits until that is written down. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#options.senders.close();
    await Promise.all(this.#sending);
  }

  async #endTest(name: string): Promise<void> {
    await this.#write((book, now) => endTest(book, name, now)).catch((error: unknown) => {
      const { log } = this.#options;
      log.warn(
        { err: error, recipient: name },
        "what could not be told is told later, not at once",
      );
    });
  }

  async #send({ recipient, told, token }: Telling): Promise<void> {
    const { store, config, senders, environment, onSent, log } = this.#options;
    const { name } = recipient;
    const { consoleUrl } = config();
    const options = { recipient: name, consoleUrl, environment, now: store.now() };
    const message = messageOf(told, options);
    const sent = await senders.send(message, recipient);
    // It was broken off here: whoever looks next sends it.
    if (this.#closing && !sent.ok) return;
    const fields = { recipient: name, message: message.id, told: told.length, answer: sent.answer };
    if (sent.ok) log.info(fields, "operators were told");
    else log.error(fields, "operators could not be told, trying again later");
    onSent?.(name, sent);
    const { everyMs = MESSAGE_EVERY_MS } = this.#options;
    const { retryAfterMs = 0 } = sent;
    const result = { token, told, error: sent.ok ? null : sent.answer, retryAfterMs, everyMs };
    await this.#write((book, now) => endTelling(book, name, { ...result, now })).catch(
      (error: unknown) => {
        log.error({ err: error, ...fields }, "what was told is not written down: it is told again");
      },
    );
  }

  /** Changes what is written down; `change` gives null if nothing is to be. */
  async #write(change: (book: NoticeBook, now: number) => NoticeBook | null): Promise<void> {
    const { store } = this.#options;
    for (let tries = 1; tries <= WRITE_TRIES_MAX; tries += 1) {
      const { revision, book } = await readBook(store);
      const changed = change(book, store.now());
      if (changed === null || (await writeBook(store, { book: changed, revision }))) return;
    }
    throw new Error("Cannot write what was told: others write at the same time");
  }
}

/** What one recipient is told. */
interface Telling {
  recipient: Recipient;
  told: readonly Told[];
  token: string;
}
