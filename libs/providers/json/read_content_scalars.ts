import {
  bodyContent,
  type Form,
  type FormField,
  fieldBytes,
  fieldText,
  type ReceivedEvent,
} from "@hookgate/types";
import { headerRecord } from "../headers/header_block.ts";
import {
  JSON_PARTS,
  type JsonField,
  type PointerTree,
  readJsonScalars,
} from "./read_json_scalars.ts";

/**
 * Reads the values at JSON pointers in an event's body: of JSON, of the JSON in a form's only field, or of a form's fields, as
 * handlers see them. In a form the first step is a field: a text, whose JSON further steps lead into; of a file its name, type
 * and size; of a repeated one a list. Null if the body is neither JSON nor a form.
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
    if (others.length === 0) readField(field, tree, found);
    else readList([field, ...others], tree, found);
  }
  return found;
}

function readField(field: FormField, tree: PointerTree, found: Map<string, JsonField>): void {
  const { file, sent } = field;
  if (file !== null) {
    if (tree.pointer !== null) found.set(tree.pointer, JSON_PARTS);
    const facts = new Map<string, string | number>([
      ...Object.entries(file),
      ["bytes", sent.length],
    ]);
    for (const { name, tree: inner } of tree.steps) {
      const fact = facts.get(name);
      if (inner.pointer !== null && fact !== undefined) found.set(inner.pointer, fact);
    }
    return;
  }
  if (tree.steps.length > 0) {
    const inside = readJsonScalars(fieldBytes(field), tree) ?? [];
    for (const [pointer, value] of inside) found.set(pointer, value);
  }
  if (tree.pointer !== null) found.set(tree.pointer, fieldText(field));
}

/** A repeated field is a list. */
function readList(fields: Form, tree: PointerTree, found: Map<string, JsonField>): void {
  if (tree.pointer !== null) found.set(tree.pointer, JSON_PARTS);
  for (const [index, { tree: inner }] of tree.itemSteps) {
    const field = fields[index];
    if (field !== undefined) readField(field, inner, found);
  }
}
