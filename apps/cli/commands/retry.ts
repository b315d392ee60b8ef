import { deliveryFromMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, CliError } from "../cli.ts";
import { addJson, type JsonOption, writeAnswer } from "../show/answer.ts";
import { describeWholeDelivery } from "../show/describe.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { isDeliveryId, isReplayId } from "./pause.ts";
import { setReplayState } from "./replays.ts";

/** Adds `hookgate retry <delivery>`: a dead or waiting delivery becomes due now. */
export function addRetry(program: Command, cli: Cli): void {
  const command = program
    .command("retry")
    .description("try a waiting or dead delivery now; a dead one gets all its retries again")
    .argument("<delivery>", "the delivery's id, dlv_…; `hookgate event` shows it")
    .option("--reason <text>", "why, for the audit log");
  addJson(command).action((id: string, options: ReasonOptions) => retryDelivery(id, options, cli));
}

async function retryDelivery(id: string, options: ReasonOptions, cli: Cli): Promise<void> {
  const { reason } = options;
  const request = { id, ...(reason !== undefined && { reason }) };
  const answer = await askDispatcher(cli, "retry", (admin) => admin.retryDelivery(request));
  if (answer.delivery === null) throw new CliError(`Cannot retry ${id}: the answer is empty`);
  const delivery = deliveryFromMessage(answer.delivery);
  const { subscription, state, attempt } = delivery;
  const text = `${id} for ${subscription} is ${state}, due now, after ${attempt} attempts`;
  await writeAnswer({ text, value: describeWholeDelivery(delivery) }, options, cli);
}

interface ReasonOptions extends JsonOption {
  reason?: string;
}

/** Adds `hookgate cancel <delivery|replay>`: it ends and is not tried again. */
export function addCancel(program: Command, cli: Cli): void {
  const command = program
    .command("cancel")
    .description("cancel a waiting or dead delivery, or a replay with its waiting deliveries")
    .argument("<delivery|replay>", "the delivery's id, dlv_…, or the replay's, rpl_…")
    .option("--reason <text>", "why, for the record");
  addJson(command).action((id: string, options: ReasonOptions) => cancel(id, options, cli));
}

async function cancel(id: string, options: ReasonOptions, cli: Cli): Promise<void> {
  if (isDeliveryId(id)) return cancelDelivery(id, options, cli);
  if (!isReplayId(id)) {
    throw new CliError(
      `Cannot cancel ${JSON.stringify(id)}: give the id of a delivery, dlv_…, or of a replay, rpl_…`,
      { exitCode: 2 },
    );
  }
  await setReplayState(id, { state: "cancelled", what: "cancel", ...options }, cli);
}

async function cancelDelivery(id: string, options: ReasonOptions, cli: Cli): Promise<void> {
  const { reason = "" } = options;
  const answer = await askDispatcher(cli, "cancel", (admin) =>
    admin.cancelDelivery({ id, reason }),
  );
  if (answer.delivery === null) throw new CliError(`Cannot cancel ${id}: the answer is empty`);
  const delivery = deliveryFromMessage(answer.delivery);
  const { subscription, state } = delivery;
  const { dueNow } = answer;
  const next = dueNow === "" ? "" : `; ${dueNow}, which it held back, is due now`;
  const text = `${id} for ${subscription} is ${state}${next}`;
  const value = { ...describeWholeDelivery(delivery), dueNow: dueNow === "" ? null : dueNow };
  await writeAnswer({ text, value }, options, cli);
}
