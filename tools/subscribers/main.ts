import { Command, InvalidArgumentError } from "commander";
import { runSubscribers } from "./run_subscribers.ts";

function whole(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("a whole number from 1");
  return number;
}

const program = new Command("npm run subscribers --")
  .description(
    "Sends events to three names with two subscribers each, kills one, freezes one, looks for what is missing.",
  )
  .option("--events <n>", "how many", whole, 10_000)
  .action(async ({ events }: { events: number }) => {
    const verdict = await runSubscribers({ events, report: (line) => console.log(line) });
    console.log(JSON.stringify(verdict, null, 2));
    if (verdict.problems.length > 0) process.exitCode = 1;
  });
await program.parseAsync();
