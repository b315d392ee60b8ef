import { Command } from "commander";
import { wholeNumber } from "../whole_number.ts";
import { leakySubject, measure, subjectOf } from "./measure.ts";
import { T_MAX, type Welch } from "./welch.ts";

function report(name: string, { t, means, counts }: Welch): void {
  const [a, b] = means.map((mean) => mean.toFixed(3));
  const of = `${counts[0]} and ${counts[1]} samples`;
  console.log(`${name.padEnd(24)} t = ${t.toFixed(2).padStart(7)}   ${a} and ${b} µs, ${of}`);
}

interface Options {
  samples: number;
  providers: string[];
}

function checkTiming({ samples, providers }: Options): void {
  console.log("MACs that differ in the last byte only, against random ones:");
  for (const id of providers) {
    const subject = subjectOf(id);
    const result = measure(subject, { samples });
    report(subject.name, result);
    if (Math.abs(result.t) >= T_MAX) process.exitCode = 1;
  }
  const leaky = leakySubject();
  const seen = measure(leaky, { samples });
  report(leaky.name, seen);
  if (Math.abs(seen.t) < T_MAX) {
    console.log(
      "Not even the leaky comparison was detected: this machine is too busy for the check.",
    );
    process.exitCode = 1;
  }
}

await new Command("npm run timing --")
  .description(
    "Checks whether the time of a refusal reveals how much of a MAC was right (Welch's t).",
  )
  .option(
    "--samples <n>",
    "samples of each class",
    wholeNumber({ min: 1_000, max: 10_000_000 }),
    100_000,
  )
  .option("--providers <ids...>", "providers to measure", ["generic", "shopify"])
  .action(checkTiming)
  .parseAsync();
