import type { Metrics } from "@hookgate/telemetry";
import type { Notes } from "../store/contract/notes.ts";
import { type NoticeBook, readBook } from "./notice_book.ts";
import { Notifier, type NotifierOptions } from "./notifier.ts";
import { type ReadMattersOptions, readMatters } from "./read_matters.ts";
import { Senders } from "./senders.ts";

/** Options for {@linkcode createNotifier}. */
export interface CreateNotifierOptions
  extends ReadMattersOptions,
    Pick<NotifierOptions, "config" | "environment" | "log"> {
  store: ReadMattersOptions["store"] & Notes;
  /** Whether a host may have addresses that are not public. */
  allowsPrivate: (hostname: string) => boolean;
  metrics: Metrics;
}

/** Makes what tells operators, and measures how that goes. */
export function createNotifier(options: CreateNotifierOptions): Notifier {
  const { store, config, environment, allowsPrivate, metrics, log } = options;
  const sent = metrics.counter({
    name: "hookgate_notifications_total",
    help: "Messages to recipients of notify, by whether they were accepted (sent) or not (failed).",
    labels: ["recipient", "outcome"],
  });
  metrics.gauge({
    name: "hookgate_notify_failing",
    help: "1 where the last message to a recipient of notify could not be sent, 0 where all is well.",
    labels: ["recipient"],
    // From the store: only one of several dispatchers tells, and the others would report old values.
    async collect(gauge) {
      gauge.reset();
      const { recipients } = config();
      if (recipients.length === 0) return;
      const book = await readBook(store).then(
        (found) => found.book,
        (error: unknown) => {
          log.warn({ err: error }, "recipients not measured, leaving them out of this scrape");
          return null;
        },
      );
      if (book === null) return;
      gauge.reset();
      for (const { name } of recipients) {
        gauge.set({ recipient: name }, failuresOf(book, name) > 0 ? 1 : 0);
      }
    },
  });
  return new Notifier({
    store,
    config,
    environment,
    readMatters: readMatters(options),
    senders: new Senders({ allowsPrivate }),
    onSent: (recipient, { ok }) => sent.inc({ recipient, outcome: ok ? "sent" : "failed" }),
    log,
  });
}

function failuresOf(book: NoticeBook, name: string): number {
  return book.recipients[name]?.failures ?? 0;
}
