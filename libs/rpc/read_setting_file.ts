import { open } from "node:fs/promises";

/** Largest file of certificates or tokens, in bytes. */
const FILE_BYTES_MAX = 1024 * 1024;

/**
 * Reads the file that a variable names.
 *
 * @throws {Error} naming the variable and the file, where it cannot be read or is too large.
 */
export async function readSettingFile(variable: string, path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > FILE_BYTES_MAX) throw new RangeError(`it has more than ${FILE_BYTES_MAX} bytes`);
    return await file.readFile("utf8");
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot read the file of ${variable}, ${path}: ${problem}`, { cause: error });
  }
}
