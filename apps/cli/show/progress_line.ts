import { type Cli, columnsOf, tell } from "../cli.ts";
import { showText } from "./show_text.ts";
import { cutText } from "./table.ts";

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
