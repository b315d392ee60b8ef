import type { Provider } from "./provider.ts";
import { OWN_PROVIDER_ID } from "./source_provider.ts";

/** Forms in which anybody may send: their names are nobody's. */
const FORMS: ReadonlySet<string> = new Set([
  ...["generic", "standard_webhooks", "cloudevents"],
  OWN_PROVIDER_ID,
]);

/** Who sends, as a sentence names them. */
export function senderName({ id, name }: Pick<Provider, "id" | "name">): string {
  return FORMS.has(id) ? "its sender" : name;
}
