import { InvalidArgumentError } from "commander";

/**
 * Makes a reader of an option that has to be a whole number from `min` to `max`.
 *
 * @throws {InvalidArgumentError} from the reader, for anything else.
 */
export function wholeNumber({ min = 1, max = Number.MAX_SAFE_INTEGER } = {}) {
  return (value: string): number => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    const end = max === Number.MAX_SAFE_INTEGER ? "up" : `to ${max}`;
    throw new InvalidArgumentError(`expected a whole number from ${min} ${end}`);
  };
}
