import { type Output, write } from "../cli.ts";
import { CliError } from "../cli_error.ts";
import { showText } from "./show_text.ts";

/** Writes a body's bytes as they are; into a terminal only where they cannot drive it. */
export async function writeBody(body: Uint8Array, output: Output): Promise<void> {
  if (output.isTTY && !isHarmless(body)) {
    throw new CliError(
      "Cannot show the body: it has characters that act on a terminal; send it to a file or a pager",
    );
  }
  await write(output, body);
}

function isHarmless(body: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    const plain = text.replace(/\r?\n|\t/g, "");
    return showText(plain) === plain;
  } catch {
    return false;
  }
}
