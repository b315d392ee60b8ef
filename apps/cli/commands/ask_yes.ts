import { createInterface } from "node:readline";
import { type Cli, tell } from "../cli.ts";

/** Whether there is a terminal to ask at. */
export function canAsk({ stdin, stderr }: Cli): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Asks at the terminal; anything but y or yes means no. */
export async function askYes(question: string, cli: Cli): Promise<boolean> {
  await tell(cli, `${question} [y/N] `);
  const lines = createInterface({ input: cli.stdin, terminal: false });
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
  } finally {
    lines.close();
  }
  // After the end of the input (Ctrl-D) the cursor is still on the question's line.
  await tell(cli, "\n");
  return false;
}
