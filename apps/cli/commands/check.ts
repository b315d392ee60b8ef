import type { CheckedFile } from "@hookgate/dispatcher/offline";
import type { Command } from "commander";
import { type Cli, CliError, write } from "../cli.ts";
import { addJson, type JsonOption } from "../show/answer.ts";
import { formatDeliveries, formatEvents } from "../show/format.ts";
import { progressLine } from "../show/progress_line.ts";
import { showJson, showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

/** Problems that are shown. */
const PROBLEMS_MAX = 100;

/** What was looked at, and what is wrong. */
type Checked = Pick<CheckedFile, "events" | "deliveries" | "problems"> & Partial<CheckedFile>;

/** Adds `hookgate check`: whether a store or a backup is whole. */
export function addCheck(program: Command, cli: Cli): void {
  const command = program
    .command("check")
    .description(
      "look whether every event has its bytes and every delivery its event: in the running store, or in a file that no dispatcher has open; " +
        "exits with 1 if not",
    )
    .argument(
      "[file]",
      "a backup, or the store of a dispatcher that is stopped; the running store without it",
    );
  addJson(command).action((file: string | undefined, options: JsonOption) =>
    check(file, options, cli),
  );
}

async function check(file: string | undefined, { json }: JsonOption, cli: Cli): Promise<void> {
  const checked = file === undefined ? await checkRunning(cli) : await checkFile(file);
  const problems = checked.problems.map((problem) => `- ${showText(problem)}\n`).join("");
  const text = json ? showJson(checkedValue(checked)) : `${describeChecked(checked)}\n${problems}`;
  await write(cli.stdout, json ? `${text}\n` : text);
  if (checked.problems.length > 0) {
    throw new CliError("Not whole: put a backup in its place with npx hookgate restore");
  }
}

async function checkFile(file: string): Promise<Checked> {
  // Only here, because it needs SQLite.
  const { checkStoreFile } = await import("@hookgate/dispatcher/offline");
  try {
    return checkStoreFile(file);
  } catch (error) {
    throw new CliError((error as Error).message, { cause: error });
  }
}

async function checkRunning(cli: Cli): Promise<Checked> {
  const progress = progressLine(cli);
  return askDispatcher(cli, "check the store", async (admin) => {
    const checked: Checked = { events: 0, deliveries: 0, problems: [] };
    let pageToken = "";
    do {
      await progress.show(`${formatEvents(checked.events)} looked at`);
      const part = await admin.listStoreProblems({ pageToken });
      checked.events += part.events;
      checked.deliveries += part.deliveries;
      checked.problems.push(...part.problems.slice(0, PROBLEMS_MAX - checked.problems.length));
      pageToken = part.nextPageToken;
    } while (pageToken !== "");
    return checked;
  }).finally(() => progress.clear());
}

/** The same for programs. */
export function checkedValue({ events, deliveries, problems, version, newestVersion }: Checked) {
  return { whole: problems.length === 0, events, deliveries, problems, version, newestVersion };
}

/** One line: what is there, and whether it will be brought up to date. */
export function describeChecked({ events, deliveries, version, newestVersion }: Checked): string {
  const isOlder = version !== undefined && version !== newestVersion;
  const upgrade = isOlder
    ? `; version ${version}, brought to ${newestVersion} at the next start`
    : "";
  return `${formatEvents(events)}, ${formatDeliveries(deliveries)}${upgrade}`;
}
