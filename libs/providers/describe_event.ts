import { incoming, type Place, readPlace, type SignedRequest } from "@hookgate/signature";
import type {
  DescribeRule,
  Description,
  Identity,
  Provider,
  ProviderDescription,
} from "./provider.ts";

/** 1 to 200 characters without control, invisible or unpaired ones, or line ends: safe in a log line. */
const TYPE = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;
/**
 * The same for an id, which may be longer; beyond that it is not used to find duplicates. Nor is one with a replacement
 * character: different bytes that are not UTF-8 become the same text.
 */
const ID = /^[^\p{C}\p{Zl}\p{Zp}\ufffd]{1,500}$/u;
/** What senders write where they have no id: all their events have it. */
const NO_ID = /^(?:[\s0-]*|undefined|null|none|nil|nan|true|false|\[object object\])$/i;
/** Where a function reads unless it names another place. */
const IN_BODY: Place = { json: "" };

/**
 * The type and id of a verified request; the type is canonical if the provider's file maps it. Takes any bytes, never
 * throws.
 */
export function describeEvent(
  provider: Pick<Provider, "describe" | "canonical" | "identity">,
  request: SignedRequest,
): Description {
  const { describe, canonical, identity } = provider;
  const own = typeof describe === "function" ? describe(request) : readRule(describe, request);
  const { typeAt = IN_BODY, idAt = IN_BODY } = own;
  const hasId = ID.test(own.providerEventId) && !NO_ID.test(own.providerEventId);
  const providerEventId = hasId ? own.providerEventId : "";
  const bodiesDiffer = own.bodiesDiffer ?? doBodiesDiffer(identity, request, providerEventId);
  const facts = { providerEventId, typeAt, idAt, bodiesDiffer };
  if (!TYPE.test(own.type)) {
    return { type: "unknown", providerType: "unknown", readable: false, ...facts };
  }
  const mapped = Object.hasOwn(canonical, own.type) ? canonical[own.type] : undefined;
  const { type: providerType, readable } = own;
  return { type: mapped ?? providerType, providerType, readable, ...facts };
}

/** Reads the body only if it matters: an event with an id is not told apart by its bytes alone. */
function doBodiesDiffer(
  { bodiesDiffer }: Identity,
  request: SignedRequest,
  providerEventId: string,
): boolean {
  if (typeof bodiesDiffer === "boolean") return bodiesDiffer;
  if (providerEventId !== "") return false;
  return firstText(bodiesDiffer, readerOf(request))[0] !== "";
}

/** Whether a provider sends an id with any of its sample events. */
export function sendsIds(provider: Provider): boolean {
  return provider.sampleTypes.some((type) => {
    const { body, contentType, headers } = provider.sample(type, new Date(0));
    const all = { ...headers, "content-type": contentType };
    const request = {
      method: "POST",
      url: "http://localhost/",
      headers: all,
      body: Buffer.from(body),
    };
    return describeEvent(provider, incoming(request, 0)).providerEventId !== "";
  });
}

/** Reads the type and the id at the places that a rule names. */
export function readRule(rule: DescribeRule, request: SignedRequest): ProviderDescription {
  const read = readerOf(request);
  const [type, typeAt = IN_BODY] = firstText(listOf(rule.type), read);
  const [providerEventId, idAt = IN_BODY] = firstText(listOf(rule.id), read);
  return { type, providerEventId, readable: type !== "", typeAt, idAt };
}

function listOf(places: Place | readonly Place[] | null): readonly Place[] {
  if (places === null) return [];
  return Array.isArray(places) ? places : [places as Place];
}

function firstText(
  places: readonly Place[],
  read: (place: Place) => string,
): [text: string, at?: Place] {
  for (const place of places) {
    const text = read(place);
    if (text !== "") return [text, place];
  }
  return [""];
}

/** Reads texts of one request. Its body is scanned once, however many of them are in it. */
function readerOf(request: SignedRequest): (place: Place) => string {
  const reading = { request };
  return (place) => readPlace(reading, place) ?? "";
}
