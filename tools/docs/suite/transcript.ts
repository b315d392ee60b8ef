import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { waitFor } from "@hookgate/testing";
import { expect } from "@jest/globals";

const ROOT = resolve(import.meta.dirname, "../../..");

/** A command of the README, and what it prints there. */
export interface Step {
  command: string;
  output: string;
}

/** The section of the README under a heading. */
export function readSection(heading: string): string {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const [, section] = readme.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`Cannot read the README: no heading "${heading}"`);
  return section.split("\n## ")[0] ?? "";
}

/** The commands of a section with their output, in order. */
export function readSteps(section: string): Step[] {
  const blocks = [...section.matchAll(/^```console\n([\s\S]*?)^```/gm)].map(
    (found) => found[1] ?? "",
  );
  return blocks.flatMap((block) => {
    return block
      .split(/^\$ /m)
      .filter((step) => step !== "")
      .map((step) => {
        const [command = "", ...output] = step.split("\n");
        return { command, output: output.join("\n") };
      });
  });
}

/** Where and with which variables commands run. */
export interface ShellOptions {
  cwd: string;
  env: Record<string, string>;
}

/** Runs each command until it prints what the README says, with the id that an earlier one printed in place of the README's. */
export async function runSteps(steps: readonly Step[], shell: ShellOptions): Promise<void> {
  let event = "";
  for (const { command, output } of steps) {
    const real = command.replace(/evt_[0-9a-f]{32}/, event);
    let printed = "";
    const prints = () => {
      printed = runShell(real, shell);
      return shape(printed) === shape(output);
    };
    // A delivery takes a moment: `events` may show it under way.
    await waitFor(prints, { what: `the output of ${command}`, timeoutMs: 20_000 }).catch(() => {
      expect(shape(printed)).toBe(shape(output));
    });
    event = /evt_[0-9a-f]{32}/.exec(printed)?.[0] ?? event;
  }
}

/** Runs a command in a shell; returns its standard output. */
export function runShell(command: string, { cwd, env }: ShellOptions): string {
  return spawnSync("bash", ["-c", command], { cwd, env, encoding: "utf8" }).stdout;
}

/** Output without what differs from run to run. */
export function shape(output: string): string {
  return output
    .replace(/\b(evt|dlv|flr|rpl)_[0-9a-f]{32}/g, "$1_…")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/\d+ms\b|\d+ ms\b|\d+s ago|just now/g, "SPAN")
    .replace(/\d+ bytes/g, "N bytes")
    .replace(/\b[0-9a-f]{64}\b/g, "SHA256")
    .trim();
}

/** Lines in any order, since apps start at once, without ports and what the command says because of them. */
export function startLines(text: string): string[] {
  const usual = text.replace(/DATA_DIR=\S+ | --url \S+/g, "").replace(/:\d{4,5}\b/g, ":PORT");
  return usual.trim().split("\n").sort();
}
