import { Command, InvalidArgumentError } from "commander";
import { benchIngest } from "./ingest.ts";

function whole(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("a whole number from 1");
  return number;
}

const program = new Command("npm run bench --").description(
  "Measures against yardsticks in one run, interleaved: only the ratios count.",
);
program
  .command("ingest")
  .description("acknowledged posts a second, answer time and CPU per event")
  .option("--seconds <n>", "length of a round", whole, 10)
  .option("--rounds <n>", "counted rounds, after one that is not", whole, 5)
  .option("--connections <n>", "keep-alive connections of the client", whole, 64)
  .option("--bytes <n>", "size of a body", whole, 2_048)
  .action(benchIngest);
await program.parseAsync();
