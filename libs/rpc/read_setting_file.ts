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
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > FILE_BYTES_MAX) throw new RangeError(`it has more than ${FILE_BYTES_MAX} bytes`);
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    const { message: problem } = error as Error;
    throw new Error(`Cannot read the file of ${variable}, ${path}: ${problem}`, { cause: error });
  }
}
