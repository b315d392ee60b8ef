import type { Description, Provider } from "@hookgate/providers";
import { type AnyRecipe, coversPlace, type Recipe, type SignedRequest } from "@hookgate/signature";
import type { CapturedEvent, DedupeRule, EventFlag } from "@hookgate/types";

/** A provider's retry horizon if it states none, in milliseconds: 24 hours. */
export const RETRY_HORIZON_MS_DEFAULT = 86_400_000;

/** The last retry may arrive later than the horizon says: by timeouts on the way, and by rounding. In milliseconds. */
const LATE_MS_MAX = 3_600_000;

/** What decides how an event is told apart. */
export interface TellApartOptions {
  provider: Pick<Provider, "identity" | "retries">;
  /** The recipe that verified the request. */
  recipe: Exclude<Recipe, AnyRecipe>;
  /** What the source's configuration says; null if nothing. */
  dedupe: DedupeRule | null;
}

/** How an event is told apart, and what is not signed. */
export interface Apart extends Pick<CapturedEvent, "dedupe" | "bodyWindowMs"> {
  flags: readonly EventFlag[];
}

/**
 * Decides how a verified request is told apart from its source's other events. A wrong duplicate is a lost event, so nothing
 * is one on a guess: an id counts alone only if it is signed and unique, a body only if it holds a time or a serial number.
 * An empty body tells nothing apart, whatever the configuration says.
 */
export function tellApart(
  description: Description,
  request: SignedRequest,
  { provider, recipe, dedupe: configured }: TellApartOptions,
): Apart {
  const { type, providerEventId, typeAt, idAt, bodiesDiffer } = description;
  const hasId = providerEventId !== "";
  const hasBody = request.body.length > 0;
  const flags: EventFlag[] = [];
  const isIdSigned = hasId && coversPlace(recipe, idAt, request);
  if (hasId && !isIdSigned) flags.push("id_not_signed");
  if (type !== "unknown" && !coversPlace(recipe, typeAt, request)) flags.push("type_not_signed");
  const isUnique = provider.identity.idUnique ?? true;
  const own = ownRule({
    // An id that events share tells those without a body not apart.
    id: hasId && (isUnique || hasBody) && (isIdSigned && isUnique ? "id" : "id_and_body"),
    body: hasBody && bodiesDiffer,
  });
  const dedupe = configuredRule(configured, { own, hasId, hasBody });
  if (dedupe === "none") flags.push("may_repeat");
  const horizonMs = provider.retries.horizonMs ?? RETRY_HORIZON_MS_DEFAULT;
  return { dedupe, bodyWindowMs: horizonMs + LATE_MS_MAX, flags };
}

function ownRule({ id, body }: { id: "id" | "id_and_body" | false; body: boolean }): DedupeRule {
  if (id !== false) return id;
  return body ? "body" : "none";
}

function configuredRule(
  configured: DedupeRule | null,
  { own, hasId, hasBody }: { own: DedupeRule; hasId: boolean; hasBody: boolean },
): DedupeRule {
  if (configured === null) return own;
  if (configured === "body") return hasBody ? "body" : "none";
  // An event without an id is told apart as without the setting.
  return hasId || configured === "none" ? configured : own;
}
