import { Command } from "commander";
import { wholeNumber } from "../whole_number.ts";
import { runSubscribers } from "./run_subscribers.ts";

const program = new Command("npm run subscribers --")
  .description(
    "Sends events to three names with two subscribers each, kills one, freezes one, and checks that nothing is missing.",
  )
  .option("--events <n>", "number of events", wholeNumber(), 10_000)
  .action(async ({ events }: { events: number }) => {
    const verdict = await runSubscribers({ events, report: (line) => console.log(line) });
    console.log(JSON.stringify(verdict, null, 2));
    if (verdict.problems.length > 0) process.exitCode = 1;
  });
await program.parseAsync();
