import { pointersOverlap } from "@hookgate/providers";
import { z } from "zod";
import type { Protect } from "../config.ts";
import { strictObject } from "./combinators.ts";
import { headerName, jsonPointer } from "./place_schema.ts";

/** Most places of one source, in bodies and in headers each: a body is walked through with all of them. */
const PLACES_MAX = 50;

/** The ways to protect, in the order in which they are written. */
const WAYS = ["drop", "mask", "encrypt"] as const;

const pointers = z.array(jsonPointer).max(PLACES_MAX).default([]);
const headerNames = z.array(headerName).max(PLACES_MAX).default([]);

/** What is dropped, masked and encrypted of a source before it is stored. */
export const protectSchema = strictObject({
  drop: pointers,
  mask: pointers,
  encrypt: pointers,
  subject: jsonPointer.optional(),
  headers: strictObject({ drop: headerNames, mask: headerNames, encrypt: headerNames }).prefault(
    {},
  ),
}).transform((given, context): Protect => {
  const refuse = (path: string[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  const { drop, mask, encrypt, headers } = given;
  const named = { drop: headers.drop, mask: headers.mask, encrypt: headers.encrypt };
  refuseOverlaps({ drop, mask, encrypt }, { overlap: pointersOverlap, under: [], refuse });
  const same = (one: string, other: string) => one === other;
  refuseOverlaps(named, { overlap: same, under: ["headers"], refuse });
  const lists = [drop, mask, encrypt, ...Object.values(named)];
  if (lists.every((list) => list.length === 0)) {
    refuse([], "protects nothing: name places in drop, mask or encrypt");
  }
  const encrypts = encrypt.length + named.encrypt.length > 0;
  if (encrypts && given.subject === undefined) {
    refuse(
      ["subject"],
      "is missing: set it to where the person's id is, such as /data/userId, so that erasing them is deleting their key",
    );
  }
  if (!encrypts && given.subject !== undefined) {
    refuse(["subject"], "is only for what is encrypted: leave it out, or add encrypt");
  }
  return { drop, mask, encrypt, subject: given.subject ?? null, headers: named };
});

interface RefuseOptions {
  overlap: (one: string, other: string) => boolean;
  under: string[];
  refuse: (path: string[], message: string) => void;
}

/** Of two places, one within the other, only one can be protected. */
function refuseOverlaps(
  lists: Readonly<Record<(typeof WAYS)[number], readonly string[]>>,
  { overlap, under, refuse }: RefuseOptions,
): void {
  const all = WAYS.flatMap((way) => lists[way].map((place) => ({ way, place })));
  for (const [index, { way, place }] of all.entries()) {
    const other = all.slice(0, index).find((earlier) => overlap(earlier.place, place));
    if (other === undefined) continue;
    const where = [...under, other.way].join(".");
    const what =
      other.place === place ? "is" : `and ${JSON.stringify(other.place)} overlap, which is`;
    refuse([...under, way], `${JSON.stringify(place)} ${what} in ${where} already: keep one`);
  }
}
