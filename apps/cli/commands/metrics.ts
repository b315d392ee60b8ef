import type { GetMetricSeriesResponse, MetricPointMessage } from "@hookgate/rpc";
import type { WebhookMetrics } from "@hookgate/types";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Cli, screenOf, write } from "../cli.ts";
import { plainMessage } from "../show/answer.ts";
import { formatSpan } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { formatTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { parseDuration } from "./options.ts";
import { tellUnknown } from "./pages.ts";

interface MetricsOptions {
  json?: true;
  window: number;
  by?: string;
  source?: string;
  type?: string;
  subscription?: string;
}

const WINDOW_MS_DEFAULT = 5 * 60_000;
const WINDOW_MS_MAX = 30 * 24 * 3_600_000;

/** What `--by` takes. */
const GROUPS = ["source", "type", "subscription", "reason"];

/** Adds `hookgate metrics`: the specification's counts, or counts and times of each source, type, subscription or reason. */
export function addMetrics(program: Command, cli: Cli): void {
  program
    .command("metrics")
    .description("count what was received, delivered and failed lately")
    .addOption(
      new Option("--window <time>", "how far back: 90s, 5m, 1h, at most 30d")
        .argParser(parseWindow)
        .default(WINDOW_MS_DEFAULT, "5m"),
    )
    .addOption(
      new Option(
        "--by <what>",
        "a line for each, with times; reason: why requests were refused",
      ).choices(GROUPS),
    )
    .option("--source <name>", "only of this source")
    .option("--type <type>", "only of this type")
    .option("--subscription <name>", "only of this subscription")
    .option("--json", "as one line of JSON")
    .action((options: MetricsOptions) =>
      isDivided(options) ? showSeries(options, cli) : showMetrics(options, cli),
    );
}

async function showMetrics(options: MetricsOptions, cli: Cli): Promise<void> {
  const { avgProcessingTimeMs, windowMs, received, processed, failed, retried } =
    await askDispatcher(cli, "read the metrics", (admin) =>
      admin.getMetrics({ windowMs: options.window }),
    );
  if (options.json) {
    const counts = { received, processed, failed, retried, avgProcessingTime: avgProcessingTimeMs };
    const metrics: WebhookMetrics & { windowMs: number } = { ...counts, windowMs };
    await write(cli.stdout, `${showJson(metrics)}\n`);
    return;
  }
  const lines = formatTable([
    ["window", formatSpan(windowMs)],
    ["received", String(received)],
    ["processed", String(processed)],
    ["failed", String(failed)],
    ["retried", String(retried)],
    ["mean time", formatSpan(avgProcessingTimeMs)],
  ]);
  await write(cli.stdout, lines);
}

function isDivided({ by, source, type, subscription }: MetricsOptions): boolean {
  return [by, source, type, subscription].some((given) => given !== undefined);
}

/** The least that is counted by itself, in milliseconds. */
const BUCKET_MS = 60_000;

async function showSeries(options: MetricsOptions, cli: Cli): Promise<void> {
  const { window, by = "", source = "", type = "", subscription = "" } = options;
  const names = { source, type, subscription };
  const response = await askDispatcher(cli, "read the metrics", async (admin) => {
    await tellUnknown(admin, names, cli);
    return admin.getMetricSeries({
      windowMs: Math.max(window, BUCKET_MS),
      stepMs: 0,
      groupBy: by,
      ...names,
      seriesMax: SERIES_MAX,
    });
  });
  await write(
    cli.stdout,
    options.json ? `${showJson(plainMessage(response))}\n` : seriesText(response, by, cli),
  );
}

const SERIES_MAX = 100;

function seriesText({ series }: GetMetricSeriesResponse, by: string, cli: Cli): string {
  if (series.length === 0) return "Nothing was counted in this time.\n";
  const cells = by === "reason" ? refusedCells : countCells;
  const names = Object.keys(cells(NO_POINT));
  const rows = series.flatMap(({ name, total }) => {
    return total ? [[showText(nameOf(name, by)), ...Object.values(cells(total))]] : [];
  });
  return formatTable([[by || "of", ...names], ...rows], { ...screenOf(cli), shrinkable: [0] });
}

/** Nameless are the sum of all, and what came to no source. */
function nameOf(name: string, by: string): string {
  if (name !== "") return name;
  return by === "" ? "all" : `(no ${by})`;
}

const NO_POINT: MetricPointMessage = {
  atMs: 0,
  received: 0,
  duplicates: 0,
  processed: 0,
  dead: 0,
  retried: 0,
  attempts: 0,
  failedAttempts: 0,
  requests: 0,
  refused: 0,
};

function refusedCells({ requests }: MetricPointMessage): Record<string, string> {
  return { requests: String(requests) };
}

function countCells(point: MetricPointMessage): Record<string, string> {
  const { attemptTimes: times } = point;
  const span = (ms: number | undefined) => (ms === undefined ? "-" : formatSpan(ms));
  return {
    received: String(point.received),
    duplicates: String(point.duplicates),
    refused: String(point.refused),
    processed: String(point.processed),
    dead: String(point.dead),
    retried: String(point.retried),
    "failed attempts": String(point.failedAttempts),
    p50: span(times?.p50Ms),
    p95: span(times?.p95Ms),
    p99: span(times?.p99Ms),
  };
}

function parseWindow(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0 && ms <= WINDOW_MS_MAX) return ms;
  throw new InvalidArgumentError("It must be a time such as 90s, 5m or 1h, at most 30d.");
}
