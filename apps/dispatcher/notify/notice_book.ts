import type { NoticeKind } from "@hookgate/types";
import type { Notes } from "../store/contract/notes.ts";

/** Notices that are kept; of more, those that ended first are forgotten, and no new one begins. */
export const NOTICES_MAX = 200;

/** How long one is kept after its end, in milliseconds: 7 days. */
export const NOTICE_KEPT_MS = 7 * 86_400_000;

/** Something that operators are told of once, and once more when it is over. */
export interface Notice {
  kind: NoticeKind;
  /** A subscription, a source, the id of a group of failures, or a source and a secret; empty for the disk. */
  subject: string;
  /** What happened, a sentence. */
  text: string;
  /** The next step, mostly a command. */
  advice: string;
  /** Where the console shows it: a path. */
  path: string;
  /** In milliseconds since 1970. */
  beganAt: number;
  /** Since when it has been gone: it may come back. Null while it is there. */
  goneAt: number | null;
  /** Null until it is over. */
  endedAt: number | null;
  /** Names of the recipients who know that it began, and of those who have still to be told. */
  told: readonly string[];
  untold: readonly string[];
  /** Names of those who have still to be told that it is over. */
  endUntold: readonly string[];
}

/** How telling a recipient goes. */
export interface RecipientState {
  /** When the last message was accepted, in milliseconds since 1970; null if none was. */
  sentAt: number | null;
  /** Tries in a row that failed. */
  failures: number;
  /** When the first of them did, in milliseconds since 1970; of a book of an earlier release unknown. */
  failingSince?: number;
  /** What the last one failed with; empty if it did not. */
  error: string;
  /** No try before, in milliseconds since 1970. */
  nextAt: number;
  /** Who is sending now: a fence, so that of several dispatchers one does. Null if nobody is. */
  claim: { token: string; until: number } | null;
}

/** What was told, and what has still to be told. */
export interface NoticeBook {
  notices: readonly Notice[];
  recipients: Readonly<Record<string, RecipientState>>;
}

/** Name of the note that holds the book. */
const NOTE = "notices";

/** The book before anything was told. */
export const EMPTY_BOOK: NoticeBook = { notices: [], recipients: {} };

/** The book as it is stored, and its revision, so that a restart neither repeats nor forgets anything. */
export async function readBook(
  store: Pick<Notes, "note">,
): Promise<{ revision: number; book: NoticeBook }> {
  const { revision, text } = await store.note(NOTE);
  return { revision, book: text === "" ? EMPTY_BOOK : JSON.parse(text) };
}

/** Replaces the book of this revision; false if another dispatcher was faster. */
export function writeBook(
  store: Pick<Notes, "writeNote">,
  { book, revision }: { book: NoticeBook; revision: number },
): Promise<boolean> {
  return store.writeNote(NOTE, { revision, text: JSON.stringify(book) });
}
