import { Command, Option } from "commander";
import { abuse } from "./abuse.ts";
import { ATTACKS } from "./attacks/attacks.ts";

await new Command("npm run abuse --")
  .description(
    "Attacks a gateway of its own on loopback, and measures what honest senders notice: p50 and p99 without → under attack.",
  )
  .addOption(new Option("--attack <ids...>", "some of them").choices(ATTACKS.map(({ id }) => id)))
  .option("--all", "all of them, which is also the default")
  .option("--short", "one round of a few seconds each; honest senders' times are shown, not judged")
  .action(async ({ attack, short = false }: { attack?: string[]; short?: boolean }) => {
    const attacks = ATTACKS.filter(({ id }) => attack?.includes(id) ?? true);
    const held = await abuse({ attacks, short, report: (line) => console.log(line) });
    if (!held) process.exitCode = 1;
  })
  .parseAsync();
