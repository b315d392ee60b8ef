import { Command, Option } from "commander";
import { wholeNumber } from "../whole_number.ts";
import { crash, FAULT_NAMES } from "./crash.ts";

await new Command("npm run crash --")
  .description(
    "Breaks a gateway of its own under a load of signed posts, and compares its store with a ledger of the answers.",
  )
  .addOption(
    new Option(
      "--fault <names...>",
      "F1 to F12; F4: sabotages of our own, which have to be noticed; power: power cuts, in a model of the disk",
    ).choices(FAULT_NAMES),
  )
  .option("--all", "all of them")
  .option("--short", "a few kills of each, some minutes in all")
  .addOption(new Option("--store <name>", "on one store only").choices(["embedded", "mongodb"]))
  .option("--kills <n>", "how often each fault strikes", wholeNumber())
  .option("--rate <n>", "posts a second", wholeNumber(), 50)
  .option(
    "--seed <n>",
    "seed of moments and victims; printed, so that a run can be repeated",
    wholeNumber(),
  )
  .action(
    async (
      { fault, all, short = false, store, kills, rate, seed = Date.now() % 1_000_000 },
      command: Command,
    ) => {
      if (!fault && !all) command.error("Cannot start: name a --fault, or give --all");
      const held = await crash({
        names: fault ?? FAULT_NAMES,
        all: fault === undefined,
        short,
        seed,
        perSecond: rate,
        report: (line) => console.log(line),
        ...(store && { store }),
        ...(kills !== undefined && { kills }),
      });
      if (!held) process.exitCode = 1;
    },
  )
  .parseAsync();
