import { pointerTokens } from "./read_pointer.ts";
import type { Place } from "./recipe.ts";
import type { OutgoingRequest } from "./signed_request.ts";

/** The request with a text at a place, in place of what stood there. A JSON body is written anew, its order kept. */
export function writePlace(request: OutgoingRequest, place: Place, text: string): OutgoingRequest {
  if ("header" in place) {
    return { ...request, headers: { ...request.headers, [place.header]: text } };
  }
  if ("json" in place) return { ...request, body: writeJson(request.body, place.json, text) };
  if ("form" in place) {
    const form = new URLSearchParams(Buffer.from(request.body).toString());
    form.set(place.form, text);
    return { ...request, body: Buffer.from(form.toString()) };
  }
  return { ...request, url: writeQuery(request.url, place.query, text) };
}

/** @throws {TypeError} where the body is no JSON, or has nothing that the last name could be a member of. */
function writeJson(body: Uint8Array, pointer: string, text: string): Buffer {
  const json: unknown = JSON.parse(Buffer.from(body).toString());
  const tokens = pointerTokens(pointer);
  const last = tokens.pop() ?? "";
  let parent: unknown = json;
  for (const token of tokens) {
    parent = typeof parent === "object" && parent !== null ? Reflect.get(parent, token) : undefined;
  }
  if (typeof parent !== "object" || parent === null) {
    throw new TypeError(`Cannot sign: the body has nothing to hold ${pointer}`);
  }
  Reflect.set(parent, last, text);
  return Buffer.from(JSON.stringify(json));
}

/** Sets a parameter and leaves every other character of the URL as it is. */
function writeQuery(url: string, name: string, text: string): string {
  const at = url.indexOf("?");
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
  if (at === -1) return `${url}?${pair}`;
  const others = url
    .slice(at + 1)
    .split("&")
    .filter((other) => other !== "" && new URLSearchParams(other).keys().next().value !== name);
  return `${url.slice(0, at)}?${[...others, pair].join("&")}`;
}
