import { type Place, readPlace, type SignedRequest } from "@hookgate/signature";

/** Fields that name the object and what happened, as in `message.delivered`; the first that is present counts. */
const STATUSES = [
  ["MessageStatus", "message"],
  ["SmsStatus", "message"],
  ["RecordingStatus", "recording"],
  ["CallStatus", "call"],
] as const;

/**
 * The type of a status callback, as Twilio sends them and Telnyx for TeXML: its `EventType` if there is one, else derived from
 * the field with the status. The fields are a form, or of a GET the parameters of the URL. Null if it has none of them.
 */
export function callbackType(request: SignedRequest): { type: string; typeAt: Place } | null {
  const reading = { request };
  const at = (name: string): Place => (request.method === "GET" ? { query: name } : { form: name });
  const named = readPlace(reading, at("EventType"));
  if (named) return { type: named, typeAt: at("EventType") };
  for (const [field, thing] of STATUSES) {
    const status = readPlace(reading, at(field));
    if (status) return { type: `${thing}.${status}`, typeAt: at(field) };
  }
  return null;
}
