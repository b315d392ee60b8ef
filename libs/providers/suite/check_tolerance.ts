import type { Recipe } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import type { Provider } from "../provider.ts";
import { judge, NOW, type Scheme, signed } from "./scheme.ts";

/** Holds a scheme's tolerance to the second, both ways. */
export function checkTolerance(provider: Provider, scheme: Scheme): void {
  const rule = toleranceOf(scheme.signWith);
  if (rule === null) return;
  const step = rule.unit === "s" ? 1_000 : 1;
  const slack = rule.unit === "s" ? 999 : 0;
  const { pastSecondsMax: past, futureSecondsMax: future } = rule;

  test(`is stale ${past ?? "never"} s after it was signed, to the second`, async () => {
    const request = signed(provider, scheme);
    const last = NOW + (past ?? 1e9) * 1_000;
    expect(await judge(scheme, request, { receivedAt: last + slack })).toMatchObject({ ok: true });
    if (past === null) return;
    const refused = { ok: false, reason: "stale", skewSeconds: past + 1, secretId: "0" };
    expect(await judge(scheme, request, { receivedAt: last + step })).toMatchObject(refused);
  });

  test(`is from the future ${future ?? "never"} s before it was signed, to the second`, async () => {
    const request = signed(provider, scheme);
    const first = NOW - (future ?? 1e9) * 1_000;
    expect(await judge(scheme, request, { receivedAt: first })).toMatchObject({ ok: true });
    if (future === null) return;
    const refused = { ok: false, reason: "future", skewSeconds: future + 1, secretId: "0" };
    expect(await judge(scheme, request, { receivedAt: first - 1 })).toMatchObject(refused);
  });
}

function toleranceOf(recipe: Recipe) {
  if (recipe.kind === "jwt") return recipe.issuedAt && { unit: "s", ...recipe.issuedAt };
  return "signed" in recipe ? (recipe.timestamp ?? null) : null;
}
