import { Command, Option } from "commander";
import { wholeNumber } from "../whole_number.ts";
import { crashPower } from "./power/crash_power.ts";
import { runCrash } from "./run_crash.ts";

const program = new Command("npm run crash --")
  .description(
    "Kills edge and dispatcher under a load of signed posts, then checks that nothing is missing.",
  )
  .addOption(
    new Option("--fault <name>", "power: failed fsyncs, then power cuts, in a model of the disk")
      .choices(["kills", "power"])
      .default("kills"),
  )
  .option("--short", "with --fault power: fewer cuts, about a minute in all")
  .option("--kills <n>", "number of kills", wholeNumber(), 100)
  .option(
    "--seed <n>",
    "seed of moments and victims; printed, so that a run can be repeated",
    wholeNumber(),
  )
  .action(async ({ fault, short = false, kills, seed = Date.now() % 1_000_000 }) => {
    const report = (line: string) => console.log(line);
    if (fault === "power") {
      if (!(await crashPower({ short, seed, report }))) process.exitCode = 1;
      return;
    }
    const verdict = await runCrash({ kills, seed, report });
    console.log(JSON.stringify(verdict, null, 2));
    if (verdict.problems.length > 0) process.exitCode = 1;
  });
await program.parseAsync();
