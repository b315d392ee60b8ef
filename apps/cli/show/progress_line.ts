import { type Cli, columnsOf, tell } from "../cli.ts";
import { cutText } from "./cells.ts";
import { formatSpan } from "./format.ts";
import { showText } from "./show_text.ts";

/** Moves to the start of the line and clears it. */
const CLEAR = "\r\x1b[K";

/** Room for the ^C that a terminal shows, which would otherwise break the line. */
const COLUMNS_FREE = 3;

/** A line that shows progress. */
export interface ProgressLine {
  /** Replaces the text. */
  show(text: string): Promise<void>;
  /** Removes the line. */
  clear(): Promise<void>;
}

/** Makes a line on standard error that is rewritten; it shows nothing if that is not a terminal. */
export function progressLine(cli: Pick<Cli, "stderr">): ProgressLine {
  const columns = columnsOf(cli.stderr);
  if (columns === null) return { async show() {}, async clear() {} };
  return {
    show: (text) => tell(cli, `${CLEAR}${cutText(showText(text), columns - COLUMNS_FREE)}`),
    clear: () => tell(cli, CLEAR),
  };
}

/** How often a line that only tells the time is rewritten, in milliseconds. */
const TELL_MS = 1_000;

/** Shows for how long something has been under way, until it ends: `copying the store, 12 s`. */
export async function showWhile<T>(
  work: Promise<T>,
  what: string,
  cli: Pick<Cli, "stderr" | "now">,
): Promise<T> {
  const progress = progressLine(cli);
  const startedAt = cli.now();
  const show = () => void progress.show(`${what}, ${formatSpan(cli.now() - startedAt)}`);
  const timer = setInterval(show, TELL_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    await progress.clear();
  }
}
