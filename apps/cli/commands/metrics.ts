import type { WebhookMetrics } from "@hookgate/types";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Cli, write } from "../cli.ts";
import { formatSpan } from "../show/format.ts";
import { showJson } from "../show/show_text.ts";
import { formatTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { parseDuration } from "./options.ts";

interface MetricsOptions {
  json?: true;
  window: number;
}

const WINDOW_MS_DEFAULT = 5 * 60_000;
const WINDOW_MS_MAX = 7 * 24 * 3_600_000;

/** Adds `hookgate metrics`: the specification's counts. */
export function addMetrics(program: Command, cli: Cli): void {
  program
    .command("metrics")
    .description("count what was received, delivered and failed lately")
    .addOption(
      new Option("--window <time>", "how far back: 90s, 5m, 1h, at most 7d")
        .argParser(parseWindow)
        .default(WINDOW_MS_DEFAULT, "5m"),
    )
    .option("--json", "as one line of JSON")
    .action((options: MetricsOptions) => showMetrics(options, cli));
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

function parseWindow(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0 && ms <= WINDOW_MS_MAX) return ms;
  throw new InvalidArgumentError("It must be a time such as 90s, 5m or 1h, at most 7d.");
}
