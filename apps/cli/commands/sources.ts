import type { SourceStatusMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, screenOf, tell, write } from "../cli.ts";
import { messageValue } from "../show/answer.ts";
import { formatAge, formatCount, formatSpan, formatTime } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { formatTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

/** Adds `hookgate sources`: what came of each source, and what is wrong with it. */
export function addSources(program: Command, cli: Cli): void {
  program
    .command("sources")
    .description(
      "list sources: what came of each, who has gone quiet, and who tries again after an outage of ours",
    )
    .option("--json", "one JSON object per line")
    .action((options: { json?: true }) => listSources(options, cli));
}

async function listSources({ json }: { json?: true }, cli: Cli): Promise<void> {
  const { sources } = await askDispatcher(cli, "list sources", (admin) => admin.listSources({}));
  if (json) {
    return write(
      cli.stdout,
      sources.map((source) => `${showJson(messageValue(source))}\n`).join(""),
    );
  }
  if (sources.length === 0) return tell(cli, "No sources: add one to the configuration.\n");
  const rows = sources.map((source) => rowOf(source, cli.now()).map(showText));
  const screen = screenOf(cli);
  const header = ["SOURCE", "PROVIDER", "LAST", "24 H", "REFUSED", "P99", "RETRIES", "PROBLEM"];
  await write(cli.stdout, formatTable([header, ...rows], { ...screen, shrinkable: [0, 1, 7] }));
  for (const { name, patience } of sources) {
    const sentence = outageSentence(patience);
    if (sentence !== "") await write(cli.stdout, showText(`${name}: ${sentence}`).concat("\n"));
  }
}

/** What an outage of ours means for a source; empty if there was none that matters. */
function outageSentence(patience: SourceStatusMessage["patience"]): string {
  if (patience?.outageFromMs === undefined) return "";
  const { outageFromMs, outageToMs, retries, advice } = patience;
  const { nextRetryAtMs, givesUpAtMs, switchesOffAtMs } = patience;
  // They are known no better: who asks a provider for what it sent should ask for a minute more.
  const to = outageToMs === undefined ? "now" : `${formatTime(outageToMs)}, give or take a minute`;
  const at = (what: string, ms: number | undefined) =>
    ms === undefined ? [] : [`It ${what} ${formatTime(ms)}.`];
  return [
    `our outage was from ${formatTime(outageFromMs)} to ${to}.`,
    ...(retries === false ? ["It never tries again."] : []),
    ...at("tries again next", nextRetryAtMs),
    ...at("gives up", givesUpAtMs),
    ...at("switches the endpoint off", switchesOffAtMs),
    advice,
  ].join(" ");
}

function rowOf(source: SourceStatusMessage, now: number): string[] {
  const { name, provider, lastReceivedAtMs, day, ackDeadlineMs, patience } = source;
  const p99Ms = day?.answerTimes?.p99Ms;
  const of = ackDeadlineMs === undefined ? "" : ` of ${formatSpan(ackDeadlineMs)}`;
  return [
    name,
    provider,
    lastReceivedAtMs === undefined ? "never" : formatAge(now - lastReceivedAtMs),
    formatCount(day?.received ?? 0),
    formatCount(day?.refused ?? 0),
    p99Ms === undefined ? "–" : `${formatSpan(p99Ms)}${of}`,
    patience?.retries === undefined ? "–" : patience.retries ? "yes" : "no",
    problemsOf(source).join(" "),
  ];
}

function problemsOf({ silence, quietTypes, handshake }: SourceStatusMessage): string[] {
  const problems = [...(silence ? [silence] : []), ...quietTypes].map(({ problem }) => problem);
  if (handshake?.problem) problems.push(`Its handshake is ${handshake.problem}.`);
  return problems;
}
