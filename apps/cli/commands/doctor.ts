import { readEnv } from "@hookgate/config";
import type { Command } from "commander";
import { type Cli, CliError, EXIT, write } from "../cli.ts";
import { judgeSetup } from "../doctor/judge_setup.ts";
import { tryEvents } from "../doctor/try_events.ts";
import type { Verdict } from "../doctor/verdict.ts";
import { showJson, showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { parseUrl } from "./options.ts";

interface DoctorOptions {
  url?: URL;
  reason?: string;
  json?: true;
}

/** Adds `hookgate doctor`: whether events would arrive, be proven and be kept, tried with test events. */
export function addDoctor(program: Command, cli: Cli): void {
  program
    .command("doctor")
    .description(
      "check clocks, TLS, durability and proxies, and send test events that no subscription gets; exits with 1 if a check fails",
    )
    .option(
      "--url <base>",
      "as providers reach the edge, instead of http://127.0.0.1:EDGE_PORT",
      parseUrl,
    )
    .option("--reason <text>", "why, for the audit log")
    .option("--json", "one JSON object per line")
    .action((options: DoctorOptions) => examine(options, cli));
}

async function examine({ url, reason, json }: DoctorOptions, cli: Cli): Promise<void> {
  const { edgePort } = readEnv(cli.env);
  if (url === undefined && edgePort === 0) {
    const text = "Cannot find the edge without --url: EDGE_PORT is 0, so it took any free port";
    throw new CliError(text, { exitCode: EXIT.misused });
  }
  const base = url ?? new URL(`http://127.0.0.1:${edgePort}`);
  const verdicts: Verdict[] = [];
  const tell = async (verdict: Verdict) => {
    verdicts.push(verdict);
    await write(cli.stdout, json ? `${showJson(verdict)}\n` : verdictText(verdict));
  };
  await askDispatcher(cli, "examine the gateway", async (admin) => {
    const askedAt = cli.now();
    const setup = await admin.getSetup({});
    const tookMs = cli.now() - askedAt;
    const options = { now: askedAt + tookMs / 2, uncertainMs: tookMs / 2, publicUrl: url ?? null };
    for (const verdict of judgeSetup(setup, options)) await tell(verdict);
    await tryEvents({
      admin,
      setup,
      base,
      now: cli.now,
      tell,
      ...(reason !== undefined && { reason }),
    });
  });
  const failed = verdicts.filter(({ state }) => state === "failed").map(({ check }) => check);
  if (failed.length === 0) return;
  throw new CliError(`Cannot vouch for it: ${failed.join(", ")} failed`);
}

const CHECK_COLUMN = 28;

function verdictText({ check, state, found, advice }: Verdict): string {
  const line = `${state.padEnd(9)}${check.padEnd(CHECK_COLUMN)}${showText(found)}\n`;
  return advice === "" ? line : `${line}${" ".repeat(9)}${showText(advice)}\n`;
}
