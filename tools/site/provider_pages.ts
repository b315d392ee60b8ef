import { PROVIDERS, type Provider } from "@hookgate/providers";
import type { AnyRecipe, Place, Recipe, SignaturePlace } from "@hookgate/signature";
import { describeForPage } from "../codegen/providers_table.ts";

/** A generated page: how one provider's webhooks are verified. */
export interface ProviderPage {
  /** Path in the site, without `.md`. */
  page: string;
  title: string;
  text: string;
}

/** A page for each provider, from its file, by name. */
export function providerPages(): ProviderPage[] {
  return Object.values(PROVIDERS)
    .toSorted((one, other) => one.name.localeCompare(other.name, "en"))
    .map((provider) => ({
      page: `verify/${provider.id}`,
      title: provider.name,
      text: pageOf(provider),
    }));
}

function pageOf(provider: Provider): string {
  const { id, name, documentation } = provider;
  const isLinked = /^https:/.test(documentation);
  const about = describeForPage(provider);
  const sections = [
    `# Verify ${name} webhooks`,
    isLinked
      ? `What follows is what Hookgate does for [${name}](${documentation}).`
      : `What follows is what Hookgate does for a sender that signs the way \`${id}\` says.`,
    "## The source",
    `\`\`\`ts\n${sourceOf(provider)}\n\`\`\``,
    provider.needsPublicUrl
      ? `${name} signs the URL that it calls: \`publicUrl\` has to be exactly that, as the provider sees it, without a query.`
      : "",
    `${name} posts to \`https://hooks.example.com/api/webhooks/${id}\`. Its secret: ${provider.secretHint.note}.`,
    provider.handshake?.enrols === true
      ? `Its handshake delivers the secret: run \`npx hookgate enrol ${id}\`, then create the webhook with the URL that it prints.`
      : "",
    "## How it is verified",
    facts([
      ["signs with", about.signs],
      ["the signature is in", placesOf(provider.recipe)],
      ["also", about.alternatives],
      ["how old a request may be", about.tolerance],
      ["not signed", about.notSigned],
      ["told apart by", about.toldApart],
      ["handshake", about.handshake],
      ["largest body", about.bodyMax],
      ["checked against", about.evidence],
    ]),
    "The check is over the exact bytes, in constant time, before anything is parsed. A header that somebody could have changed is not believed: what is not signed is flagged on the event.",
    "The same check in a server of your own, without the gateway: [in a framework of your own](/verify-in-your-framework).",
    "## When it is not answered",
    `${provider.retries.note} Sends again: ${about.retries}.`,
    provider.ackDeadlineMs === null
      ? ""
      : `It waits ${provider.ackDeadlineMs / 1_000} s for an answer; Hookgate answers as soon as the event is on disk.`,
    "## Try it without an account",
    `\`\`\`sh\n${trial(provider)}\n\`\`\``,
    `Samples it knows: ${provider.sampleTypes.map((type) => `\`${type}\``).join(", ")}. A real request that was saved can be checked with \`npx hookgate verify --source ${id} --file request.http\`; when one is refused, \`npx hookgate quarantine\` names the likely reason.`,
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

function sourceOf({
  id,
  needsPublicUrl,
  settings = [],
  secretsSetting,
  handshake,
}: Provider): string {
  const own = settings.filter(({ required }) => required);
  // Else its handshake delivers it, while an operator has opened an enrolment.
  const secrets = handshake?.enrols === true ? "[]" : `[process.env.${id.toUpperCase()}_SECRET]`;
  return [
    "sources: {",
    `  ${id}: {`,
    `    provider: "${id}",`,
    ...(secretsSetting === undefined ? [`    secrets: ${secrets},`] : []),
    ...(needsPublicUrl ? [`    publicUrl: "https://hooks.example.com/api/webhooks/${id}",`] : []),
    ...(own.length > 0
      ? [
          "    settings: {",
          ...own.map(({ name, note }) => `      ${name}: "…", // ${note}`),
          "    },",
        ]
      : []),
    "  },",
    "},",
  ].join("\n");
}

function trial({ id, sampleTypes }: Provider): string {
  const [type = "test"] = sampleTypes;
  return [
    `npx hookgate keys ${id}   # a trial secret, and the source to configure`,
    `npx hookgate send ${type} --source trial/${id}`,
    `npx hookgate events --source trial/${id}`,
  ].join("\n");
}

/** Where signatures, or the secret itself, are. */
function placesOf(recipe: Recipe): string {
  const all = recipe.kind === "any" ? recipe.recipes : [recipe];
  return [...new Set(all.flatMap(placesOfOne))].join(", or ");
}

function placesOfOne(recipe: Exclude<Recipe, AnyRecipe>): string[] {
  switch (recipe.kind) {
    case "basic":
      return ["the header `authorization`"];
    case "shared_secret":
      return [placeText(recipe.from)];
    case "items":
      return [`each item of \`${recipe.items}\` in the body, at \`${recipe.signature}\``];
    case "jwt":
      return [recipe.token === "body" ? "the body, which is the token" : placeText(recipe.token)];
    default:
      return signaturePlaces(recipe.signature);
  }
}

function signaturePlaces(place: SignaturePlace): string[] {
  if ("numbered" in place) return [`the headers \`${place.numbered}1\` and on`];
  return Array.isArray(place) ? place.map(placeText) : [placeText(place as Place)];
}

function placeText(place: Place): string {
  if ("header" in place) return `the header \`${place.header}\``;
  if ("query" in place) return `the URL's parameter \`${place.query}\``;
  if ("form" in place) return `the form's field \`${place.form}\`${place.json ?? ""}`;
  return `the body at \`${place.json}\``;
}

function facts(rows: readonly (readonly [string, string])[]): string {
  const shown = rows.filter(([, value]) => value !== "" && value !== "–");
  const lines = shown.map(([name, value]) => `| ${name} | ${value.replaceAll("|", "\\|")} |`);
  return ["| what | how |", "| --- | --- |", ...lines].join("\n");
}
