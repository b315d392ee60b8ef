import { type Place, readPlace, type SignedRequest } from "@hookgate/signature";
import { readJsonStrings } from "./json/read_json_strings.ts";
import type { DescribeRule, Description, Provider, ProviderDescription } from "./provider.ts";

/** 1 to 200 characters without control, invisible or unpaired ones, or line ends: safe in a log line. */
const TYPE = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;
/** The same for an id, which may be longer; beyond that it is not used to find duplicates. */
const ID = /^[^\p{C}\p{Zl}\p{Zp}]{1,500}$/u;

/**
 * The type and id of a verified request; the type is canonical if the provider's file maps it. Takes any bytes, never
 * throws.
 */
export function describeEvent(
  provider: Pick<Provider, "describe" | "canonical">,
  request: SignedRequest,
): Description {
  const { describe, canonical } = provider;
  const own = typeof describe === "function" ? describe(request) : readRule(describe, request);
  const providerEventId = ID.test(own.providerEventId) ? own.providerEventId : "";
  if (!TYPE.test(own.type)) {
    return { type: "unknown", providerType: "unknown", providerEventId, readable: false };
  }
  const mapped = Object.hasOwn(canonical, own.type) ? canonical[own.type] : undefined;
  const { type: providerType, readable } = own;
  return { type: mapped ?? providerType, providerType, providerEventId, readable };
}

/** Reads the type and the id at the places that a rule names. */
export function readRule(rule: DescribeRule, request: SignedRequest): ProviderDescription {
  const read = readerOf([...listOf(rule.type), ...listOf(rule.id)], request);
  const type = firstText(listOf(rule.type), read);
  return { type, providerEventId: firstText(listOf(rule.id), read), readable: type !== "" };
}

function listOf(places: Place | readonly Place[] | null): readonly Place[] {
  if (places === null) return [];
  return Array.isArray(places) ? places : [places as Place];
}

function firstText(places: readonly Place[], read: (place: Place) => string): string {
  for (const place of places) {
    const text = read(place);
    if (text !== "") return text;
  }
  return "";
}

/** Reads members at the top of a body without parsing the rest into objects: this runs for every event. */
function readerOf(places: readonly Place[], request: SignedRequest): (place: Place) => string {
  const names = places.flatMap((place) => topName(place) ?? []);
  const strings = names.length === 0 ? null : readJsonStrings(request.body, names);
  const reading = { request };
  return (place) => {
    const name = topName(place);
    const found = name === null ? undefined : strings?.get(name);
    // Numbers, and values that are nested, need a parser.
    return found ?? readPlace(reading, place) ?? "";
  };
}

function topName(place: Place): string | null {
  return "json" in place ? (/^\/([A-Za-z0-9_-]+)$/.exec(place.json)?.[1] ?? null) : null;
}
