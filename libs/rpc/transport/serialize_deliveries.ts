import { OncePerTurn } from "@hookgate/async";
import protobuf from "protobufjs/light.js";
import type { SubscribeResponse } from "../generated/messages.ts";

/**
 * Serialises what subscribers get. An event that goes to several of them is encoded once, if they get the same object in one turn: in
 * its delivery it is a field of bytes, which is the same on the wire.
 */
export function deliveriesSerializer(
  messages: protobuf.INamespace,
): (message: Partial<SubscribeResponse>) => Buffer {
  const event = protobuf.Root.fromJSON(messages).lookupType("Event");
  const root = protobuf.Root.fromJSON(messages);
  holdAsBytes(root.lookupType("SubscribedEvent"), "event");
  const response = root.lookupType("SubscribeResponse");
  const encoded = new Map<object, Uint8Array>();
  // Not longer: what was sent may be unanswered for long, and would be held twice.
  const forget = new OncePerTurn(() => encoded.clear());
  const encode = (one: object) => {
    const bytes = encoded.get(one) ?? event.encode(event.fromObject(one)).finish();
    encoded.set(one, bytes);
    forget.schedule();
    return bytes;
  };
  return (message) => {
    const events = (message.events ?? []).map((one) => ({
      ...one,
      event: one.event && encode(one.event),
    }));
    return response.encode(response.fromObject({ ...message, events })).finish() as Buffer;
  };
}

function holdAsBytes(type: protobuf.Type, name: string): void {
  const field = type.get(name) as protobuf.Field;
  type.remove(field);
  type.add(new protobuf.Field(name, field.id, "bytes"));
}
