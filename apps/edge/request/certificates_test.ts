import type { Fetched } from "@hookgate/outbound";
import { serverCertificate } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { keptLog } from "../suite/kept_log.ts";
import { Certificates } from "./certificates.ts";

const PEM = serverCertificate().cert;
const NEW = serverCertificate().cert;
const A = "https://api.example.com/certs/a";
const WHO = { source: "paypal", address: "203.0.113.1" };
const WAIT = { timeoutMs: 1_000, ...WHO };

/** From an address of its own. */
const from = (index: number) => ({ ...WAIT, address: `198.51.100.${index}` });

/** Certificates with a fetch that the test answers. */
function start() {
  const fetches: { url: string; answer: PromiseWithResolvers<Fetched> }[] = [];
  const { log, lines } = keptLog();
  const time = { now: 1_000 };
  const certificates = new Certificates({
    fetch(url, bounds) {
      expect(bounds).toEqual({ timeoutMs: 1_000, bytesMax: 32_768 });
      const answer = Promise.withResolvers<Fetched>();
      fetches.push({ url, answer });
      return answer.promise;
    },
    log,
    monotonic: () => time.now,
  });
  const answer = (status = 200, text = PEM) =>
    fetches.at(-1)?.answer.resolve({ status, body: Buffer.from(text) });
  return { certificates, fetches, answer, time, lines };
}

test("Certificates fetches a certificate once, and again when it has expired from the cache", async () => {
  const { certificates, fetches, answer, time } = start();
  const first = certificates.get(A, WAIT);
  answer();
  expect(await first).toBe(PEM);
  time.now += 6 * 3_600_000 - 1;
  expect(await certificates.get(A, WAIT)).toBe(PEM);
  expect(fetches).toHaveLength(1);
  time.now += 2;
  const again = certificates.get(A, WAIT);
  expect(fetches).toHaveLength(2);
  answer(200, `${PEM}new`);
  expect(await again).toBe(`${PEM}new`);
});

test("Certificates shares one fetch between simultaneous calls", async () => {
  const { certificates, fetches, answer } = start();
  const all = [1, 2, 3].map(() => certificates.get(A, WAIT));
  expect(fetches).toHaveLength(1);
  answer();
  expect(await Promise.all(all)).toEqual([PEM, PEM, PEM]);
});

test.each<[string, number, string, string]>([
  ["an error", 500, PEM, "status 500"],
  ["nothing there", 404, "", "status 404"],
  ["a redirect", 302, PEM, "status 302"],
  ["something else", 200, "<html>", "the answer is not PEM"],
  ["one that is cut off", 200, PEM.slice(0, -100), "the answer is not PEM"],
])("Certificates remembers for ten seconds that there was %s", async (_, status, text, state) => {
  const { certificates, fetches, answer, time, lines } = start();
  const first = certificates.get(A, WAIT);
  answer(status, text);
  expect(await first).toBeNull();
  time.now += 9_999;
  expect(await certificates.get(A, WAIT)).toBeNull();
  expect(fetches).toHaveLength(1);
  time.now += 2;
  const again = certificates.get(A, WAIT);
  answer();
  expect(await again).toBe(PEM);
  const err = { message: `Cannot fetch a certificate: ${state}` };
  const msg = "cannot fetch a certificate, answered 503";
  expect(lines).toMatchObject([{ level: "warn", msg, url: A, err }]);
});

test("Certificates returns null if a fetch fails, and logs why", async () => {
  const { certificates, fetches, lines } = start();
  const first = certificates.get(A, WAIT);
  fetches[0]?.answer.reject(new Error("no route"));
  expect(await first).toBeNull();
  expect(lines).toMatchObject([{ err: { message: "no route" } }]);
});

test("Certificates answers in time, and keeps what comes later", async () => {
  const { certificates, fetches, answer } = start();
  expect(await certificates.get(A, { ...WHO, timeoutMs: 5 })).toBeNull();
  expect(await certificates.get("https://b.example/", { ...WHO, timeoutMs: 0 })).toBeNull();
  expect(fetches).toHaveLength(1);
  const waiting = certificates.get(A, WAIT);
  answer();
  expect(await waiting).toBe(PEM);
  expect(await certificates.get(A, { ...WHO, timeoutMs: 0 })).toBe(PEM);
});

test("Certificates bounds its fetches, at once and per second", async () => {
  const { certificates, fetches, time } = start();
  const url = (index: number) => `${A}/${index}`;
  const first = Array.from({ length: 9 }, (_, index) => certificates.get(url(index), from(index)));
  expect(fetches).toHaveLength(8);
  expect(await first[8]).toBeNull();
  for (const { answer } of fetches) answer.resolve({ status: 404, body: new Uint8Array() });
  expect(await Promise.all(first)).toEqual(Array(9).fill(null));

  for (let index = 10; index < 40; index += 1) {
    const got = certificates.get(url(index), from(index));
    fetches.at(-1)?.answer.resolve({ status: 404, body: new Uint8Array() });
    expect(await got).toBeNull();
  }
  expect(fetches).toHaveLength(20);
  time.now += 1_000;
  const later = certificates.get(A, WAIT);
  expect(fetches).toHaveLength(21);
  fetches.at(-1)?.answer.resolve({ status: 200, body: Buffer.from(PEM) });
  expect(await later).toBe(PEM);
});

test("Certificates leaves room for the genuine one, whatever names one address forges", async () => {
  const { certificates, fetches, answer, time } = start();
  for (let round = 0; round < 100; round += 1) {
    time.now += 20;
    void certificates.get(`${A}/forged/${round}`, WAIT);
    for (const fetch of fetches) fetch.answer.resolve({ status: 404, body: new Uint8Array() });
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(fetches.length).toBeLessThan(10);
  const genuine = certificates.get(A, from(1));
  answer();
  expect(await genuine).toBe(PEM);
  // Another source has a budget of its own.
  void certificates.get(`${A}/forged/other`, { ...WAIT, source: "aws_sns" });
  expect(fetches.at(-1)?.url).toBe(`${A}/forged/other`);
});

test("Certificates fetches the genuine one, though it comes from the address that forges", async () => {
  const { certificates, fetches, time } = start();
  const ask = async (url: string, status: number) => {
    time.now += 20;
    const got = certificates.get(url, WAIT);
    for (const { url: asked, answer } of fetches) {
      answer.resolve({ status: asked === A ? 200 : status, body: Buffer.from(PEM) });
    }
    return got;
  };
  for (let round = 0; round < 100; round += 1) await ask(`${A}/early/${round}`, 404);
  const got: (string | null)[] = [];
  for (let round = 0; round < 150; round += 1) {
    if (round % 50 === 0) got.push(await ask(A, 404));
    await ask(`${A}/late/${round}`, 404);
  }
  // The second time it is asked for more often than any other, and the third time it is there.
  expect(got.at(-1)).toBe(PEM);
  expect(fetches.length).toBeLessThan(15);
});

test("Certificates fetches the genuine one, however often one address repeats the names that it forges", async () => {
  const { certificates, fetches, time } = start();
  const ask = async (url: string, wait: typeof WAIT) => {
    time.now += 20;
    const got = certificates.get(url, wait);
    for (const { url: asked, answer } of fetches) {
      answer.resolve({ status: asked === A ? 200 : 404, body: Buffer.from(PEM) });
    }
    return got;
  };
  const forge = async (rounds: number) => {
    for (let round = 0; round < rounds; round += 1) await ask(`${A}/forged/${round % 60}`, WAIT);
  };
  await forge(3_000);
  expect(await ask(A, from(1))).toBe(PEM);
});

/** At which of its tries, two seconds apart, the genuine certificate is there while each of a forger's requests has a new address. */
async function triesInFlood(phase: number, names: number): Promise<number> {
  const { certificates, fetches, time } = start();
  const ask = async (url: string, address: string) => {
    time.now += 19;
    const got = certificates.get(url, { ...WAIT, address });
    for (const { url: asked, answer } of fetches.splice(0)) {
      answer.resolve({ status: asked === A ? 200 : 404, body: Buffer.from(PEM) });
    }
    return got;
  };
  let forged = 0;
  const forge = async (count: number) => {
    for (let end = forged + count; forged < end; forged += 1) {
      await ask(`${A}/forged/${forged % names}`, `10.0.${forged >> 8}.${forged & 255}`);
    }
  };
  await forge(500 + phase);
  for (let tries = 1; tries < 20; tries += 1) {
    if ((await ask(A, "203.0.113.1")) === PEM) return tries;
    await forge(100);
  }
  return 20;
}

test.each([
  ["never repeats a name", Number.POSITIVE_INFINITY, 3],
  ["repeats a hundred", 100, 6],
])(
  "Certificates fetches the genuine one in a flood of a forger who %s, from a new address each time",
  async (_, names, triesMax) => {
    const tries: number[] = [];
    for (let phase = 0; phase < 25; phase += 1) tries.push(await triesInFlood(phase, names));
    expect(Math.max(...tries)).toBeLessThanOrEqual(triesMax);
  },
);

test("Certificates keeps one that has verified a request, and refreshes it in the background", async () => {
  const { certificates, fetches, answer, time } = start();
  const first = certificates.get(A, WAIT);
  answer();
  await first;
  certificates.prove(A);
  // Others, such as the same file under other queries, cannot push it out.
  for (let index = 0; index < 150; index += 1) {
    time.now += 1_000;
    const other = certificates.get(`${A}?${index}`, from(index));
    answer();
    await other;
  }
  const count = fetches.length;
  time.now += 6 * 3_600_000;
  expect(await certificates.get(A, WAIT)).toBe(PEM);
  expect(fetches).toHaveLength(count + 1);
  answer(500);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await certificates.get(A, WAIT)).toBe(PEM);
  time.now += 10_001;
  expect(await certificates.get(A, WAIT)).toBe(PEM);
  answer(200, `${PEM}new`);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await certificates.get(A, WAIT)).toBe(`${PEM}new`);
});

test("Certificates fetches one again that has refused a request, but not if it was just fetched", async () => {
  for (const isProven of [false, true]) {
    const { certificates, fetches, answer, time } = start();
    const first = certificates.get(A, WAIT);
    answer();
    await first;
    if (isProven) certificates.prove(A);
    time.now += 1_000;
    expect(await certificates.get(A, { ...WAIT, refused: PEM })).toBe(PEM);
    expect(fetches).toHaveLength(1);
    time.now += 1;
    const again = [1, 2, 3].map((index) => certificates.get(A, { ...from(index), refused: PEM }));
    expect(fetches).toHaveLength(2);
    answer(200, NEW);
    expect(await Promise.all(again)).toEqual([NEW, NEW, NEW]);
    // Who has been refused by the one before gets the new one at once, and everybody else, too.
    expect(await certificates.get(A, { ...WAIT, timeoutMs: 0, refused: PEM })).toBe(NEW);
    expect(await certificates.get(A, { ...WAIT, timeoutMs: 0 })).toBe(NEW);
    expect(fetches).toHaveLength(2);
  }
});

test("Certificates cannot be made to fetch one more than once a second by forged requests that name it", async () => {
  const { certificates, fetches, answer, time } = start();
  const first = certificates.get(A, WAIT);
  answer();
  await first;
  certificates.prove(A);
  for (let forged = 0; forged < 500; forged += 1) {
    time.now += 20;
    const got = certificates.get(A, { ...from(forged), refused: PEM });
    answer();
    expect(await got).toBe(PEM);
  }
  expect(fetches.length).toBeLessThanOrEqual(11);
  // Those that nobody has proven share what a source may fetch.
  const others = start();
  const urls = Array.from({ length: 30 }, (_, index) => `${A}/${index}`);
  for (const url of urls) {
    others.time.now += 1_000;
    const got = others.certificates.get(url, WAIT);
    others.answer();
    await got;
  }
  others.time.now += 1_001;
  for (const url of urls) void others.certificates.get(url, { ...WAIT, refused: PEM });
  expect(others.fetches.length).toBeLessThanOrEqual(30 + 8);
});

test("Certificates leaves it open whether there is a newer one while the host has a fault, but not if it was taken away", async () => {
  const { certificates, fetches, answer, time } = start();
  const first = certificates.get(A, WAIT);
  answer();
  await first;
  certificates.prove(A);
  const ask = async (status: number, text = PEM) => {
    time.now += 10_001;
    const got = certificates.get(A, { ...WAIT, refused: PEM });
    answer(status, text);
    return got;
  };
  expect(await ask(500)).toBeNull();
  expect(await ask(200, "<html>")).toBeNull();
  expect(await certificates.get(A, WAIT)).toBe(PEM);
  expect(await ask(404)).toBe(PEM);
  expect(await ask(200, NEW)).toBe(NEW);
  expect(fetches).toHaveLength(5);
});
