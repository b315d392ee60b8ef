import { type OutgoingRequest, type Place, writePlace } from "@hookgate/signature";

/** A text and where it is to be. */
export type PlacedText = readonly [place: Place, text: string];

const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

/** A request with these texts at their places, and nothing else: a form if one of them is in a form, else JSON. */
export function requestWith(
  texts: readonly PlacedText[],
  { method = "POST", url, json = {} }: { method?: string; url: string; json?: object },
): OutgoingRequest {
  const isForm = texts.some(([place]) => "form" in place);
  const hasBody = method === "POST" || method === "PUT" || method === "PATCH";
  const content = structuredClone(json);
  for (const [place] of texts) if ("json" in place && !("form" in place)) grow(content, place.json);
  const body = hasBody && !isForm ? JSON.stringify(content) : "";
  const headers = hasBody ? { "content-type": isForm ? FORM : JSON_TYPE } : {};
  const bare: OutgoingRequest = { method, url, headers, body: Buffer.from(body) };
  return texts.reduce((request, [place, text]) => {
    // What would be in a body cannot be sent without one.
    const isInBody = "json" in place || "form" in place;
    return isInBody && !hasBody ? request : writePlace(request, place, text);
  }, bare);
}

/** Adds the objects on the way to a pointer. */
function grow(content: object, pointer: string): void {
  let parent = content;
  for (const token of pointer.split("/").slice(1, -1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    const found: unknown = Object.hasOwn(parent, name) ? Reflect.get(parent, name) : undefined;
    const next = typeof found === "object" && found !== null ? found : {};
    Object.defineProperty(parent, name, { value: next, enumerable: true, writable: true });
    parent = next;
  }
}
