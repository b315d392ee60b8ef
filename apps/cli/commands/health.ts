import type { GetHealthResponse } from "@hookgate/rpc";
import type { WebhookHealth } from "@hookgate/types";
import type { Command } from "commander";
import { type Cli, CliError, screenOf, write } from "../cli.ts";
import { plainMessage } from "../show/answer.ts";
import { formatBounded, formatTime } from "../show/format.ts";
import { paintState } from "../show/paint.ts";
import { showJson, showText } from "../show/show_text.ts";
import { formatTable, type TableOptions } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

interface HealthOptions {
  json?: true;
}

const STATUSES: Readonly<Record<string, WebhookHealth["status"]>> = {
  HEALTH_STATUS_HEALTHY: "healthy",
  HEALTH_STATUS_DEGRADED: "degraded",
  HEALTH_STATUS_UNHEALTHY: "unhealthy",
};

/** Adds `hookgate health`: whether deliveries succeed, as text and as the exit code. */
export function addHealth(program: Command, cli: Cli): void {
  program
    .command("health")
    .description("show whether deliveries succeed; exits with 1 if it is unhealthy")
    .option("--json", "as one line of JSON")
    .action((options: HealthOptions) => showHealth(options, cli));
}

async function showHealth(options: HealthOptions, cli: Cli): Promise<void> {
  const answer = await askDispatcher(cli, "read the health", (admin) => admin.getHealth({}));
  const status = STATUSES[answer.status] ?? "unhealthy";
  const { failureRate, queueSize, problems, notes, faults, queueCountedMax } = answer;
  const last = answer.lastProcessedAtMs;
  const lastProcessed = last === undefined ? null : formatTime(last);
  const health: WebhookHealth = { status, lastProcessed, failureRate, queueSize };
  const text = options.json
    ? `${showJson({ ...health, problems, notes, faults: plainMessage(faults) })}\n`
    : healthText(health, { problems, notes, faults, queueCountedMax }, screenOf(cli));
  await write(cli.stdout, text);
  if (status === "unhealthy")
    throw new CliError(`Unhealthy: ${problems[0] ?? faults[0]?.problem ?? "it does not say why"}`);
}

function healthText(
  health: WebhookHealth,
  answer: Pick<GetHealthResponse, "problems" | "notes" | "faults" | "queueCountedMax">,
  { colour }: Pick<TableOptions, "colour">,
): string {
  const { problems, notes, faults, queueCountedMax } = answer;
  const fields = formatTable([
    ["status", colour ? paintState(health.status) : health.status],
    ["last processed", health.lastProcessed ?? "never"],
    ["failure rate", `${Number((100 * health.failureRate).toFixed(1))} % of attempts`],
    ["queue", `${formatBounded(health.queueSize, queueCountedMax)} waiting or running`],
  ]);
  const told = new Set(faults.map(({ problem }) => problem));
  const others = [...problems.filter((problem) => !told.has(problem)), ...notes];
  const lines = others.map((problem) => `- ${showText(problem)}\n`);
  return fields + [...faults.map(faultText), ...lines].join("");
}

function faultText(fault: GetHealthResponse["faults"][number]): string {
  const { whose, name, problem, advice, sinceMs, untilMs } = fault;
  const who = name === "" ? whose : `${whose} ${name}`;
  const since = sinceMs === undefined ? "" : ` Since ${formatTime(sinceMs)}.`;
  const time = untilMs === undefined ? since : ` Ended ${formatTime(untilMs)}.`;
  return `${showText(who)}: ${showText(problem)}${time}\n    ${showText(advice)}\n`;
}
