import type { Command } from "commander";
import { type Cli, write } from "../cli.ts";
import { showJson, showText } from "./show_text.ts";

/** Values of {@linkcode addJson}. */
export interface JsonOption {
  json?: true;
}

/** What a command has done: a sentence for people, and a form that programs can rely on. */
export interface Answer {
  text: string;
  value: object;
}

/** Adds `--json` to a command whose answer is one object. */
export function addJson(command: Command): Command {
  return command.option("--json", "as one line of JSON");
}

/** Writes the one or the other. */
export function writeAnswer(
  { text, value }: Answer,
  { json }: JsonOption,
  { stdout }: Pick<Cli, "stdout">,
): Promise<void> {
  return write(stdout, `${json ? showJson(value) : showText(text)}\n`);
}
