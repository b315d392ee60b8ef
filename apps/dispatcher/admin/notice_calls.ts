import type { NotifyConfig, Recipient } from "@hookgate/config";
import {
  type AdminHandlers,
  type FaultMessage,
  type NoticeMessage,
  type RecipientMessage,
  RpcError,
} from "@hookgate/rpc";
import { type Notice, type NoticeBook, readBook } from "../notify/notice_book.ts";
import type { Notifier } from "../notify/notifier.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Notes } from "../store/contract/notes.ts";
import { toRpcError } from "./rpc_errors.ts";

/** Options for {@linkcode noticeCalls}. */
export interface NoticeCallsOptions {
  store: StoreTime & Pick<Notes, "note">;
  /** Who is told of what. */
  notify: () => NotifyConfig;
  notifier: Pick<Notifier, "test">;
}

/** The operator's calls about what operators are told. */
export function noticeCalls({
  store,
  notify,
  notifier,
}: NoticeCallsOptions): Pick<AdminHandlers, "listNotices" | "sendTestNotice"> {
  return {
    async listNotices() {
      const { book } = await readBook(store).catch(toRpcError);
      return {
        recipients: notify().recipients.map((one) => recipientMessage(one, book)),
        notices: book.notices.toSorted((a, b) => b.beganAt - a.beganAt).map(noticeMessage),
      };
    },

    async sendTestNotice({ recipient: only }) {
      const { recipients } = notify();
      if (recipients.length === 0) {
        const problem = "nobody is told: add a recipient under notify.to of the configuration";
        throw new RpcError("FAILED_PRECONDITION", problem);
      }
      if (only !== "" && !recipients.some(({ name }) => name === only)) {
        const names = recipients.map(({ name }) => name).join(", ");
        throw new RpcError("NOT_FOUND", `there is no recipient ${only}: there are ${names}`);
      }
      const tests = await notifier.test(only);
      return {
        results: tests.map(({ recipient, sent: { ok, answer } }) => {
          return { recipient: recipient.name, kind: recipient.target.kind, ok, answer };
        }),
      };
    },
  };
}

/** Recipients that cannot be told, for health. */
export function recipientFaults({ recipients }: NotifyConfig, book: NoticeBook): FaultMessage[] {
  return recipients.flatMap(({ name }) => {
    const { failures = 0, error = "", failingSince } = book.recipients[name] ?? {};
    if (failures === 0) return [];
    return {
      whose: "recipient",
      name,
      problem: `It could not be told${failures > 1 ? `, ${failures} times in a row` : ""}: ${error}.`,
      advice: `npx hookgate notify test ${name} tries again; npx hookgate notify shows what it was not told.`,
      ...(failingSince !== undefined && { sinceMs: failingSince }),
    };
  });
}

function recipientMessage({ name, about, target }: Recipient, book: NoticeBook): RecipientMessage {
  const state = book.recipients[name];
  const count = (has: (notice: Notice) => readonly string[]) =>
    book.notices.filter((notice) => has(notice).includes(name)).length;
  return {
    name,
    kind: target.kind,
    about: [...about],
    ...(state && state.sentAt !== null && { lastSentAtMs: state.sentAt }),
    failures: state?.failures ?? 0,
    error: state?.error ?? "",
    ...(state && state.failures > 0 && { nextTryAtMs: state.nextAt }),
    untold: count(({ untold }) => untold) + count(({ endUntold }) => endUntold),
  };
}

function noticeMessage(notice: Notice): NoticeMessage {
  const { kind, subject, text, advice, path, beganAt, endedAt, told, untold, endUntold } = notice;
  return {
    kind,
    subject,
    text,
    advice,
    path,
    beganAtMs: beganAt,
    ...(endedAt !== null && { endedAtMs: endedAt }),
    told: [...told],
    untold: [...new Set([...untold, ...endUntold])],
  };
}
