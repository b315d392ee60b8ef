import type { Secret } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { SecretsInForce } from "./secrets_in_force.ts";

function secret(
  id: string,
  state: Secret["state"] = "active",
  until: number | null = null,
): Secret {
  return { id, value: `value of ${id}`, state, until };
}

function idsAt(secrets: SecretsInForce, now: number): string {
  return secrets
    .at(now)
    .map(({ id }) => id)
    .join();
}

test("SecretsInForce puts active ones first, and leaves revoked ones out", () => {
  const secrets = new SecretsInForce([
    secret("r", "retiring"),
    secret("x", "revoked"),
    secret("a"),
  ]);
  expect(idsAt(secrets, 0)).toBe("a,r");
  expect(secrets.at(1)).toBe(secrets.at(2));
});

test("SecretsInForce ends each retiring one at its own time", () => {
  const secrets = new SecretsInForce([
    secret("a"),
    secret("first", "retiring", 100),
    secret("second", "retiring", 200),
  ]);
  expect(idsAt(secrets, 99)).toBe("a,first,second");
  expect(idsAt(secrets, 100)).toBe("a,second");
  expect(idsAt(secrets, 199)).toBe("a,second");
  expect(idsAt(secrets, 200)).toBe("a");
  // A clock that was set back.
  expect(idsAt(secrets, 150)).toBe("a,second");
  expect(idsAt(secrets, 0)).toBe("a,first,second");
});

test("SecretsInForce may be empty", () => {
  expect(new SecretsInForce([]).at(0)).toEqual([]);
});
