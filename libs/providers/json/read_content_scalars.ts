import { bodyContent, type Form, fieldBytes, fieldText, type ReceivedEvent } from "@hookgate/types";
import { headerRecord } from "../headers/header_block.ts";
import {
  JSON_PARTS,
  type JsonField,
  type PointerTree,
  readJsonScalars,
} from "./read_json_scalars.ts";

/**
 * Reads the values at JSON pointers in an event's body: of JSON, of the JSON in a form's only
 * field, or of a form's fields. In a form the first step is a field, whose value is a text; further steps lead into the JSON
 * of that field. Null if the body is neither JSON nor a form.
 */
export function readContentScalars(
  { headers, body }: Pick<ReceivedEvent, "headers" | "body">,
  tree: PointerTree,
): ReadonlyMap<string, JsonField> | null {
  const content = bodyContent(() => headerRecord(headers)["content-type"] ?? "", body);
  return "form" in content
    ? readFormScalars(content.form, tree)
    : readJsonScalars(content.json, tree);
}

function readFormScalars(form: Form, { steps }: PointerTree): ReadonlyMap<string, JsonField> {
  const found = new Map<string, JsonField>();
  for (const { name, tree } of steps) {
    const [field, ...others] = form.filter((one) => one.name === name);
    if (field === undefined) continue;
    const isText = field.file === null && others.length === 0;
    if (isText && tree.steps.length > 0) {
      const inside = readJsonScalars(fieldBytes(field), tree) ?? [];
      for (const [pointer, value] of inside) found.set(pointer, value);
    }
    if (tree.pointer !== null) found.set(tree.pointer, isText ? fieldText(field) : JSON_PARTS);
  }
  return found;
}
