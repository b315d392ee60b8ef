import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addQuarantineList } from "./quarantine_list.ts";
import { addQuarantineShow } from "./quarantine_show.ts";
import { addQuarantineVerify } from "./quarantine_verify.ts";

/** Adds `hookgate quarantine`: requests that were refused, and what may yet become of them. */
export function addQuarantine(program: Command, cli: Cli): void {
  const quarantine = program
    .command("quarantine")
    .description("requests that were refused: list, show, verify again, release");
  addQuarantineList(quarantine, cli);
  addQuarantineShow(quarantine, cli);
  addQuarantineVerify(quarantine, cli);
}
