import { z } from "zod";
import { nearestName } from "./nearest_name.ts";

/** An object that refuses every key it does not know, one problem for each, with the nearest known key. */
export function strictObject<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  const unknownKey = z.unknown().refine(() => false, {
    error: (issue) => describeUnknown(String(issue.path?.at(-1)), known),
  });
  // zod's own strictObject() gives one issue for all keys together, on the object's path.
  return z.object(shape).catchall(unknownKey) as unknown as z.ZodObject<Shape, z.core.$strict>;
}

function describeUnknown(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  if (nearest !== null) return `is unknown: did you mean ${nearest}?`;
  return `is unknown: the keys here are ${known.join(", ")}`;
}
