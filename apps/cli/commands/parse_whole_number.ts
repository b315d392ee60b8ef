import { InvalidArgumentError } from "commander";

/** Makes a reader of the numbers 1 to `max`, for an option. */
export function parseWholeNumber(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  };
}
