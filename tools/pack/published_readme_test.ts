import { expect, test } from "@jest/globals";
import { publishedReadme } from "./published_readme.ts";

test("publishedReadme() leads to where the tree is published", async () => {
  const files = "https://example.com/hooks/gate/blob/v1.0.0";
  expect(await publishedReadme("libs/client/README.md", files)).toContain(
    `[Hookgate](${files}/README.md)`,
  );
  const readme = await publishedReadme("README.md", files);
  expect(readme).toContain(`](${files}/docs/images/overview.webp?raw=true)`);
  expect(readme).toContain(`](${files}/libs/testing/gateway/README.md)`);
  expect(readme).toContain("[localhost:8081](http://localhost:8081)");
});

test("publishedReadme() links to nothing where that is not known", async () => {
  const readme = await publishedReadme("README.md", null);
  expect(readme).toContain("The second tour finds");
  expect(readme).not.toContain("overview.webp");
  expect(readme).toContain("[localhost:8081](http://localhost:8081)");
});
