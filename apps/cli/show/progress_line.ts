import { columnsOf, type Output, write } from "../cli.ts";
import { showText } from "./show_text.ts";
import { cutText } from "./table.ts";

/** To the beginning of the line, and all that follows away. */
const CLEAR = "\r\x1b[K";

/** For the ^C that a terminal adds to the line; in its last column it may go to the next one. */
const COLUMNS_FREE = 3;

/** A line that tells how far something is. */
export interface ProgressLine {
  /** Takes the place of what was shown before. */
  show(text: string): Promise<void>;
  /** Leaves nothing behind. */
  clear(): Promise<void>;
}

/** Makes a line that is rewritten, on a terminal; elsewhere it shows nothing. */
export function progressLine(output: Output): ProgressLine {
  const columns = columnsOf(output);
  if (columns === null) return { async show() {}, async clear() {} };
  return {
    show: (text) => write(output, `${CLEAR}${cutText(showText(text), columns - COLUMNS_FREE)}`),
    clear: () => write(output, CLEAR),
  };
}
