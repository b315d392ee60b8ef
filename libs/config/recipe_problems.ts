import type { Recipe } from "./config.ts";

/** What a recipe contradicts itself in. */
export interface RecipeProblem {
  path: (string | number)[];
  message: string;
}

type SigningRecipe = Extract<Recipe, { signed: unknown }>;

/** What each key says may be right, and the whole still prove nothing: that is found here. */
export function findRecipeProblems(recipe: Recipe): RecipeProblem[] {
  if (recipe.kind === "any") {
    return recipe.recipes.flatMap((one, index) =>
      findRecipeProblems(one).map(({ path, message }) => {
        return { path: ["recipes", index, ...path], message };
      }),
    );
  }
  return "signed" in recipe ? findSigningProblems(recipe) : [];
}

function findSigningProblems(recipe: SigningRecipe): RecipeProblem[] {
  const { kind, signed, format, timestamp, coversBody = true } = recipe;
  const problems: RecipeProblem[] = [];
  if (kind === "hash" && !signed.includes("secret")) {
    const message = 'must list "secret": a hash of what everybody knows proves nothing';
    problems.push({ path: ["signed"], message });
  }
  if (kind === "certificate" && recipe.identity === undefined && !signed.includes("secret")) {
    const message = 'is missing, and "secret" is not signed: the certificate proves no account';
    problems.push({ path: ["identity"], message });
  }
  if (coversBody && !signsBody(recipe)) {
    const message = "must be false: nothing of the body is signed";
    problems.push({ path: ["coversBody"], message });
  }
  if (timestamp === undefined) {
    if (signed.includes("timestamp")) {
      problems.push({ path: ["timestamp"], message: "is missing: it is signed, so say where" });
    }
    return problems;
  }
  if ("pair" in timestamp.from && format?.kind !== "pairs") {
    const message = 'names a pair: that needs a format whose kind is "pairs"';
    problems.push({ path: ["timestamp", "from"], message });
  }
  const inBody = "json" in timestamp.from && signed.includes("body");
  if (!signed.includes("timestamp") && !inBody) {
    problems.push({
      path: ["signed"],
      message: 'must list "timestamp": a time that is not signed proves nothing',
    });
  }
  return problems;
}

function signsBody({ signed, bodyDigest }: SigningRecipe): boolean {
  return (
    bodyDigest !== undefined ||
    signed.some((part) => part === "body" || (typeof part === "object" && "digest" in part))
  );
}
