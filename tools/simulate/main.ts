import { Command } from "commander";
import { wholeNumber } from "../whole_number.ts";
import { type Simulated, simulate } from "./simulate.ts";

/** The last lines of what happened that are shown. */
const LINES_MAX = 100;

function report({ schedules, ms, failure }: Simulated): void {
  console.log(`${schedules} schedules, ${Math.round(ms / 3_600_000)} hours of their own time`);
  if (!failure) {
    console.log("Held: nothing lost, fenced, never early, in order, always on its way.");
    return;
  }
  const { schedule, problems, lines, seed, path } = failure;
  for (const line of [...lines.slice(-LINES_MAX), ...problems]) console.log(line);
  const { steps, ...rest } = schedule;
  console.log(JSON.stringify(rest));
  for (const step of steps) console.log(JSON.stringify(step));
  console.log(`Again: npm run simulate -- --seed ${seed} --path ${path}`);
  process.exitCode = 1;
}

await new Command("npm run simulate --")
  .description(
    "Runs the delivery loop through random schedules of faults, on a model of the store and in virtual time.",
  )
  .option("--schedules <n>", "number of schedules", wholeNumber(), 100_000)
  .option("--seed <n>", "seed; printed, so that a run can be repeated", wholeNumber())
  .option("--path <path>", "of a failure that was printed: runs only that one")
  .action(async ({ schedules, seed = Date.now() % 1_000_000, path }) => {
    console.log(`seed ${seed}`);
    report(await simulate({ schedules, seed, path }));
  })
  .parseAsync();
