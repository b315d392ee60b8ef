import type { WatchReport } from "./handler_message.ts";

/** Longest line of a watchdog, in characters: a handler may write to its descriptor, too. */
const LINE_CHARS_MAX = 1_000;

/** Lines between two calls of {@linkcode WatchReports.refill}; a watchdog writes ten a second. */
const LINES_MAX = 100;

/** Reads the lines of a watchdog. */
export class WatchReports {
  readonly #reported: (report: WatchReport) => void;
  #rest = "";
  #left = LINES_MAX;

  constructor(reported: (report: WatchReport) => void) {
    this.#reported = reported;
  }

  /** Called about every 100 ms: as many lines may come again. */
  refill(): void {
    this.#left = LINES_MAX;
  }

  /**
   * Takes the next text.
   *
   * @throws {SyntaxError} if no watchdog wrote it.
   */
  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    this.#left -= lines.length;
    const isLong = [...lines, this.#rest].some(({ length }) => length > LINE_CHARS_MAX);
    if (isLong || this.#left < 0) throw new SyntaxError("Cannot read reports: there is too much");
    for (const line of lines) this.#reported(JSON.parse(line) as WatchReport);
  }
}
