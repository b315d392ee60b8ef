import { withoutUserinfo } from "@hookgate/providers";
import type { Acceptance, AnyRecipe, Recipe, SignedRequest } from "@hookgate/signature";
import type { EventFlag, QuarantinedRequest, QuarantineReason } from "@hookgate/types";
import type { AddressVerdict } from "./address_list.ts";

const NO_FLAGS: readonly EventFlag[] = [];

/** Where a request came from. */
export interface Origin {
  /** The client's address, in canonical form. */
  address: string;
  /** The hops it was resolved from. */
  addressChain: string;
}

/** What makes an event of a verified request. */
export interface EventParts extends Origin {
  /** The event's id, made by `newId("evt")`. */
  id: string;
  /** Its headers as they were sent. Those that carry credentials are not kept. */
  rawHeaders: readonly string[];
  acceptance: Acceptance;
  /** What {@linkcode CompiledSource.allows} said about the address. */
  allowed: AddressVerdict;
  /** Whether an operator releases it from quarantine. @default {false} */
  released?: boolean;
  /** Whether it is older than the source's tolerance, and an operator let it in. @default {false} */
  stale?: boolean;
}

/** What makes a record for quarantine of a refused request. */
export interface RefusedParts extends Origin {
  /** Made by `newId("qtn")`. */
  id: string;
  reason: QuarantineReason;
  /** The block of all its headers, because it may be verified again. */
  headers: Uint8Array;
}

/** The recipe that accepted a request: of several equally strong ones the one with this scheme. */
export function acceptedBy(
  recipe: Recipe,
  { scheme }: Pick<Acceptance, "scheme">,
): Exclude<Recipe, AnyRecipe> {
  if (recipe.kind !== "any") return recipe;
  const found = recipe.recipes.find((one) => one.scheme === scheme);
  if (found === undefined)
    throw new TypeError(`Cannot read an event: there is no scheme ${scheme}`);
  return found;
}

/** The flags of an event that say how it came in. */
export function eventFlags(
  { acceptance, allowed, released = false, stale = false }: EventParts,
  { readable }: { readable: boolean },
): readonly EventFlag[] {
  if (!released && readable && acceptance.intact && allowed === "allowed") return NO_FLAGS;
  const flags: EventFlag[] = [];
  if (released) flags.push("released");
  if (stale) flags.push("stale");
  if (!readable) flags.push("unreadable");
  if (!acceptance.intact) flags.push("not_intact");
  if (allowed !== "allowed") flags.push("address_shadow");
  return flags;
}

/** The record of a refused request, for quarantine. */
export function refusedRecord(
  { method, url, body, receivedAt }: SignedRequest,
  parts: RefusedParts,
  of: Pick<QuarantinedRequest, "source" | "provider">,
): QuarantinedRequest {
  return {
    ...of,
    ...parts,
    receivedAt,
    diagnosis: [],
    method,
    // Operators see it, and the public URL may have a password.
    url: withoutUserinfo(url),
    body,
    releasedAs: null,
  };
}
