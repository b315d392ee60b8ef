import { deliveryFromMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, write } from "../cli.ts";
import { CliError } from "../cli_error.ts";
import { showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

/** Adds `hookgate retry <delivery>`: a dead or waiting delivery becomes due at once. */
export function addRetry(program: Command, cli: Cli): void {
  program
    .command("retry")
    .description("try a dead or waiting delivery now, a dead one with all its retries again")
    .argument("<delivery>", "the delivery's id, dlv_…; `hookgate event` shows it")
    .action((id: string) => retryDelivery(id, cli));
}

async function retryDelivery(id: string, cli: Cli): Promise<void> {
  const answer = await askDispatcher(cli, "retry", (admin) => admin.retryDelivery({ id }));
  if (answer.delivery === null) throw new CliError(`Cannot retry ${id}: the answer is empty`);
  const { subscription, state, attempt } = deliveryFromMessage(answer.delivery);
  const done = `${id} for ${subscription} is ${state}, due now, after ${attempt} attempts`;
  await write(cli.stdout, `${showText(done)}\n`);
}
