import { InvalidArgumentError } from "commander";

/**
 * Reads an option that is a whole number from 1.
 *
 * @throws {InvalidArgumentError} for anything else.
 */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError("a whole number from 1");
}
