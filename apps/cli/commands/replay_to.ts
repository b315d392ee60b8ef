import { parseHeaderBlock } from "@hookgate/providers";
import { type AdminHandlers, eventFromMessage, RpcError } from "@hookgate/rpc";
import type { ReceivedEvent, ReplayFilter } from "@hookgate/types";
import { type Cli, CliError, tell, write } from "../cli.ts";
import { type JsonOption, writeAnswer } from "../show/answer.ts";
import { formatCount, formatEvents, formatSpan } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { type PostedEvent, type PostResult, postLocally } from "../trial/post_locally.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { followPages, listEventPage } from "./pages.ts";

/** Events that are posted at most. */
const EVENTS_MAX = 1_000;

/**
 * Posts stored events to a URL of this machine, oldest first, one after the other. Their deliveries stay as they are: nothing
 * is written anywhere.
 */
export async function replayTo(
  url: URL,
  { filter, json, dryRun }: { filter: ReplayFilter; dryRun?: true } & JsonOption,
  cli: Cli,
): Promise<void> {
  const counts = { ok: 0, failed: 0 };
  await askDispatcher(cli, "read the events", async (admin) => {
    const ids = await idsOf(admin, filter, cli);
    if (dryRun) {
      const text = `${formatEvents(ids.length)} would be posted to ${url.href}`;
      return writeAnswer({ text, value: { events: ids.length } }, { ...(json && { json }) }, cli);
    }
    if (ids.length === 0) await tell(cli, "No events match.\n");
    for (const id of ids) {
      const event = await readEvent(admin, id);
      if (event === null) {
        await tell(cli, `${id} was removed meanwhile.\n`);
        continue;
      }
      const result = await postLocally(url, postedEvent(event, {}));
      await write(cli.stdout, json ? resultJson(event, result) : resultLine(event, result));
      if (result.kind === "refused") {
        throw new CliError(`Nothing listens at ${url.origin}: start your server, then try again`);
      }
      counts[isOk(result) ? "ok" : "failed"] += 1;
    }
  });
  const { ok, failed } = counts;
  if (failed > 0) {
    throw new CliError(`${formatCount(failed)} of ${formatCount(ok + failed)} were not accepted`);
  }
}

async function idsOf(
  admin: AdminHandlers,
  { ids, failure, ...filter }: ReplayFilter,
  cli: Cli,
): Promise<string[]> {
  if (ids) {
    const named = new Set<string>();
    for (const id of ids) {
      const { found } = await admin.find({ text: id });
      const events = found.flatMap(({ event }) => event?.event?.id ?? []);
      // Before anything is posted.
      if (events.length === 0) throw new CliError(`Cannot replay ${id}: it names no event`);
      for (const event of events) named.add(event);
    }
    return [...named].toSorted();
  }
  const rows: string[] = [];
  let looked = 0;
  const wanted =
    failure === undefined ? filter : { ...(await ofFailure(admin, failure)), ...filter };
  const ask = (page: Parameters<typeof listEventPage>[2]) => listEventPage(admin, wanted, page);
  for await (const page of followPages(ask, { limit: EVENTS_MAX, cli })) {
    const matching = page.filter(
      ({ deliveries }) =>
        failure === undefined || deliveries.some((delivery) => delivery.failure === failure),
    );
    rows.push(...matching.map(({ event }) => event.id));
    looked += page.length;
  }
  if (looked === EVENTS_MAX) {
    await tell(
      cli,
      `Note: only the newest ${formatCount(EVENTS_MAX)} are looked at: narrow the filter\n`,
    );
  }
  return rows.toReversed();
}

async function ofFailure(admin: AdminHandlers, id: string) {
  const { failure } = await admin.getFailure({ id });
  return { subscription: failure?.subscription ?? "", state: "dead" as const };
}

async function readEvent(admin: AdminHandlers, id: string): Promise<ReceivedEvent | null> {
  try {
    const { event } = await admin.getEvent({ id });
    return event && eventFromMessage(event);
  } catch (error) {
    if (error instanceof RpcError && error.code === "NOT_FOUND") return null;
    throw error;
  }
}

/** An event as a local server gets it. */
export function postedEvent(
  event: Pick<ReceivedEvent, "id" | "source" | "type" | "headers" | "body">,
  marks: Readonly<Record<string, string>>,
): PostedEvent {
  const { id, source, type, headers, body } = event;
  return {
    headers: parseHeaderBlock(headers),
    body,
    marks: {
      "hookgate-event": id,
      "hookgate-source": headerText(source),
      "hookgate-type": headerText(type),
      ...marks,
    },
  };
}

/** A header has printable ASCII only. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}

/** Whether a local server has accepted an event. */
export function isOk(result: PostResult): boolean {
  return result.kind === "answered" && result.status >= 200 && result.status <= 299;
}

/** What became of an event, as `--json` prints it, one per line: a form that programs can rely on. */
export function resultJson(
  { id, source, type }: Pick<ReceivedEvent, "id" | "source" | "type">,
  result: PostResult,
): string {
  const became =
    result.kind === "answered"
      ? { status: result.status, ms: Math.round(result.ms), error: null }
      : { status: null, ms: null, error: result.error };
  return `${showJson({ id, source, type, accepted: isOk(result), ...became })}\n`;
}

/** What became of an event, in a line; with what a refusing server said. */
export function resultLine(
  { id, source, type }: Pick<ReceivedEvent, "id" | "source" | "type">,
  result: PostResult,
): string {
  const what = [id, source, type].map(showText).join("  ");
  if (result.kind !== "answered") return `${what}  not answered: ${showText(result.error)}\n`;
  const said = isOk(result) || result.text === "" ? "" : `: ${showText(result.text)}`;
  return `${what}  ${result.status} in ${formatSpan(result.ms)}${said}\n`;
}
