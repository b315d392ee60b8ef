import type { Command } from "commander";
import { type Cli, write } from "../cli.ts";
import { formatTime } from "../show/format_time.ts";
import { showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { parseWholeNumber } from "./parse_whole_number.ts";

const MINUTES_DEFAULT = 10;
const MINUTES_MAX = 60;
const MINUTE_MS = 60_000;

/** Adds `hookgate enrol <source>`: the next handshake of the source delivers its secret. */
export function addEnrol(program: Command, cli: Cli): void {
  program
    .command("enrol")
    .description("let the next handshake of a source deliver its secret, for some minutes")
    .argument("<source>", "name of the source")
    .option(
      "--minutes <n>",
      `how long, at most ${MINUTES_MAX}`,
      parseWholeNumber(MINUTES_MAX),
      MINUTES_DEFAULT,
    )
    .action((source: string, options: { minutes: number }) => openEnrolment(source, options, cli));
}

async function openEnrolment(
  source: string,
  { minutes }: { minutes: number },
  cli: Cli,
): Promise<void> {
  const request = { source, openMs: minutes * MINUTE_MS };
  const { untilMs } = await askDispatcher(cli, "open the enrolment", (admin) =>
    admin.openEnrolment(request),
  );
  const done = `The enrolment of ${source} is open until ${formatTime(untilMs)}: create the webhook at the provider now`;
  await write(cli.stdout, `${showText(done)}\n`);
}
