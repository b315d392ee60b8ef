import { createInterface } from "node:readline";
import { type Cli, write } from "../cli.ts";

/** Whether there is somebody to ask. */
export function canAsk({ stdin, stderr }: Cli): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Asks at the terminal; anything but a yes is a no. */
export async function askYes(question: string, { stdin, stderr }: Cli): Promise<boolean> {
  await write(stderr, `${question} [y/N] `);
  const lines = createInterface({ input: stdin, terminal: false });
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
  } finally {
    lines.close();
  }
  // The end of the input (Ctrl-D) leaves the cursor where it was.
  await write(stderr, "\n");
  return false;
}
