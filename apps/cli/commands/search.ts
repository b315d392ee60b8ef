import type { AdminHandlers, FindInBodiesResponse } from "@hookgate/rpc";
import type { Cli } from "../cli.ts";
import { CliError, EXIT, tell } from "../cli.ts";
import { formatCount, formatEvents, formatTime } from "../show/format.ts";
import { progressLine } from "../show/progress_line.ts";
import type { FilterOptions, TimeOptions } from "./options.ts";
import { type ListedEvent, tellNotes, toListed } from "./pages.ts";

/** What is looked for in bodies. */
export interface SearchFilter extends FilterOptions, TimeOptions {
  /** A JSON pointer and a value: `/data/customer=cus_1`. */
  where?: string;
  text?: string;
}

/** Events that one call returns at most. */
const PAGE_MAX = 1_000;

/**
 * Searches the bodies of a source's events, newest first, and gives what it finds as it goes. Shows how far it is; says at the
 * end, or when it is interrupted, how much was searched.
 */
export async function* searchEvents(
  admin: AdminHandlers,
  filter: SearchFilter,
  { limit, cli }: { limit: number; cli: Cli },
): AsyncGenerator<readonly ListedEvent[]> {
  const request = toRequest(filter);
  const progress = progressLine(cli);
  let stopped = false;
  const forget = cli.onInterrupt(() => {
    stopped = true;
  });
  let left = limit;
  let found = 0;
  let pageToken = "";
  let answer: FindInBodiesResponse;
  try {
    do {
      answer = await admin.findInBodies({ ...request, limit: Math.min(left, PAGE_MAX), pageToken });
      await progress.clear();
      await tellNotes(answer.notes, cli);
      const rows = answer.events.map(toListed);
      yield rows;
      left -= rows.length;
      found += rows.length;
      pageToken = answer.nextPageToken;
      await progress.show(`${searchedText(answer)}, ${formatCount(found)} found`);
    } while (left > 0 && pageToken !== "" && !stopped);
  } finally {
    forget();
    await progress.clear();
  }
  await tell(cli, `${endText(answer, { isWhole: pageToken === "" })}\n`);
}

function toRequest({ source = "", type = "", from, to, where, text = "" }: SearchFilter) {
  if (source === "") refuse("name one with --source: a search goes through the events of one");
  return {
    ...{ source, type, text, where: where === undefined ? null : readWhere(where) },
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
  };
}

/** Reads `--where`. @throws {CliError} if it is none. */
export function readWhere(where: string): { pointer: string; value: string } {
  const at = where.indexOf("=");
  if (at > 0 && where.startsWith("/")) {
    return { pointer: where.slice(0, at), value: where.slice(at + 1) };
  }
  refuse("--where is a JSON pointer and a value, such as /data/customer=cus_1");
}

function refuse(problem: string): never {
  throw new CliError(`Cannot search: ${problem}`, { exitCode: EXIT.misused });
}

/** `searched 40,000 of 41,200 events`. */
function searchedText({ searched, skipped, total, countedMax }: FindInBodiesResponse): string {
  const all = formatEvents(total, total >= countedMax ? "+" : "");
  const large = skipped === 0 ? "" : ` (${formatCount(skipped)} too large to search)`;
  return `searched ${formatCount(searched)} of ${all}${large}`;
}

function endText(answer: FindInBodiesResponse, { isWhole }: { isWhole: boolean }): string {
  const text = searchedText(answer).replace(/^s/, "S");
  if (isWhole) return `${text}.`;
  return `${text}, back to ${formatTime(answer.searchedFromMs)}: go on with --to ${formatTime(answer.searchedFromMs + 1)}.`;
}
