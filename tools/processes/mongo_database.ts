import { randomUUID } from "node:crypto";
import { databaseUri, startMongoServer } from "@hookgate/testing";
import { MongoClient } from "mongodb";

/** A database for one test, on the server that `startMongoServer` finds; nothing of it is left there. */
export async function mongoDatabase(): Promise<AsyncDisposable & { uri: string }> {
  const server = await startMongoServer();
  const uri = databaseUri(server.uri, `hookgate_test_${randomUUID()}`);
  return {
    uri,
    async [Symbol.asyncDispose]() {
      if (server.kind === "external") await dropDatabase(uri);
      await server.stop();
    },
  };
}

async function dropDatabase(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
