import { Command } from "commander";
import { wholeNumber } from "../whole_number.ts";
import { runCrash } from "./run_crash.ts";

const program = new Command("npm run crash --")
  .description(
    "Kills edge and dispatcher under a load of signed posts, then checks that nothing is missing.",
  )
  .option("--kills <n>", "number of kills", wholeNumber(), 100)
  .option(
    "--seed <n>",
    "seed of moments and victims; printed, so that a run can be repeated",
    wholeNumber(),
  )
  .action(async ({ kills, seed = Date.now() % 1_000_000 }: { kills: number; seed?: number }) => {
    const verdict = await runCrash({ kills, seed, report: (line) => console.log(line) });
    console.log(JSON.stringify(verdict, null, 2));
    if (verdict.problems.length > 0) process.exitCode = 1;
  });
await program.parseAsync();
