import { AddressList } from "@hookgate/receive";
import { expect, test } from "@jest/globals";
import { clientAddress } from "./client_address.ts";

const TRUSTED = ["10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48", "::1"];

interface Case {
  what: string;
  socket: string;
  forwardedFor?: string;
  forwarded?: string;
  trusted?: readonly string[];
  address: string;
}

const cases: Case[] = [
  // No proxy.
  { what: "IPv4, no header", socket: "198.51.100.7", address: "198.51.100.7" },
  { what: "IPv4 mapped into IPv6", socket: "::ffff:198.51.100.7", address: "198.51.100.7" },
  { what: "mapped in hexadecimal", socket: "::ffff:c633:6407", address: "198.51.100.7" },
  { what: "IPv6", socket: "2001:db8:2::7", address: "2001:db8:2::7" },
  { what: "IPv6 in its long form", socket: "2001:0DB8:2:0:0:0:0:7", address: "2001:db8:2::7" },
  { what: "IPv6 with a zone", socket: "fe80::1%eth0", address: "fe80::1" },
  { what: "a socket that is gone", socket: "unknown", address: "unknown" },
  // A header that no trusted proxy has written.
  {
    what: "a stranger's X-Forwarded-For",
    socket: "198.51.100.7",
    forwardedFor: "203.0.113.9",
    address: "198.51.100.7",
  },
  {
    what: "a stranger's Forwarded",
    socket: "198.51.100.7",
    forwarded: "for=203.0.113.9",
    address: "198.51.100.7",
  },
  {
    what: "no proxy is trusted at all",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9",
    trusted: [],
    address: "10.0.0.1",
  },
  {
    what: "a stranger that names a trusted proxy",
    socket: "198.51.100.7",
    forwardedFor: "203.0.113.9, 10.0.0.1",
    address: "198.51.100.7",
  },
  // One trusted proxy.
  {
    what: "one hop",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9",
    address: "203.0.113.9",
  },
  {
    what: "a proxy that is named exactly",
    socket: "192.0.2.1",
    forwardedFor: "203.0.113.9",
    address: "203.0.113.9",
  },
  {
    what: "the neighbour of a proxy that is named exactly",
    socket: "192.0.2.2",
    forwardedFor: "203.0.113.9",
    address: "192.0.2.2",
  },
  {
    what: "a proxy whose socket is mapped",
    socket: "::ffff:10.0.0.1",
    forwardedFor: "203.0.113.9",
    address: "203.0.113.9",
  },
  {
    what: "a proxy over IPv6",
    socket: "2001:db8:1::5",
    forwardedFor: "203.0.113.9",
    address: "203.0.113.9",
  },
  {
    what: "a proxy on the same machine",
    socket: "::1",
    forwardedFor: "203.0.113.9",
    address: "203.0.113.9",
  },
  {
    what: "a forged hop left of the true one",
    socket: "10.0.0.1",
    forwardedFor: "127.0.0.1, 203.0.113.9",
    address: "203.0.113.9",
  },
  {
    what: "a forged trusted hop left of the true one",
    socket: "10.0.0.1",
    forwardedFor: "10.0.0.9, 203.0.113.9",
    address: "203.0.113.9",
  },
  // Several trusted proxies.
  {
    what: "two proxies",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9, 10.2.3.4",
    address: "203.0.113.9",
  },
  {
    what: "two proxies and a forged hop",
    socket: "10.0.0.1",
    forwardedFor: "192.0.2.99, 203.0.113.9, 10.2.3.4",
    address: "203.0.113.9",
  },
  {
    what: "only trusted hops: the farthest",
    socket: "10.0.0.1",
    forwardedFor: "10.9.9.9, 10.2.3.4",
    address: "10.9.9.9",
  },
  // How hops are written.
  {
    what: "no blanks",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9,10.2.3.4",
    address: "203.0.113.9",
  },
  {
    what: "an IPv4 hop with a port",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9:4711",
    address: "203.0.113.9",
  },
  {
    what: "an IPv6 hop",
    socket: "10.0.0.1",
    forwardedFor: "2001:db8:2:0::7",
    address: "2001:db8:2::7",
  },
  {
    what: "an IPv6 hop in brackets",
    socket: "10.0.0.1",
    forwardedFor: "[2001:db8:2::7]",
    address: "2001:db8:2::7",
  },
  {
    what: "an IPv6 hop with a port",
    socket: "10.0.0.1",
    forwardedFor: "[2001:db8:2::7]:443",
    address: "2001:db8:2::7",
  },
  {
    what: "a mapped hop is IPv4",
    socket: "10.0.0.1",
    forwardedFor: "::ffff:203.0.113.9",
    address: "203.0.113.9",
  },
  {
    what: "a mapped trusted hop is trusted",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9, ::ffff:10.2.3.4",
    address: "203.0.113.9",
  },
  // A hop that is not an address stops the walk.
  { what: "unknown", socket: "10.0.0.1", forwardedFor: "unknown", address: "10.0.0.1" },
  { what: "nothing", socket: "10.0.0.1", forwardedFor: "", address: "10.0.0.1" },
  {
    what: "nothing after a comma",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9,",
    address: "10.0.0.1",
  },
  {
    what: "rubbish between two hops",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9, <script>, 10.2.3.4",
    address: "10.2.3.4",
  },
  { what: "octal digits", socket: "10.0.0.1", forwardedFor: "010.0.0.1", address: "10.0.0.1" },
  { what: "a short form", socket: "10.0.0.1", forwardedFor: "127.1", address: "10.0.0.1" },
  { what: "one number", socket: "10.0.0.1", forwardedFor: "2130706433", address: "10.0.0.1" },
  {
    what: "a port that is none",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9:http",
    address: "10.0.0.1",
  },
  {
    what: "a bracket that stays open",
    socket: "10.0.0.1",
    forwardedFor: "[2001:db8:2::7",
    address: "10.0.0.1",
  },
  // RFC 7239.
  {
    what: "Forwarded, one hop",
    socket: "10.0.0.1",
    forwarded: "for=203.0.113.9",
    address: "203.0.113.9",
  },
  {
    what: "Forwarded with other parameters",
    socket: "10.0.0.1",
    forwarded: 'proto=https;For="203.0.113.9:80";by=10.0.0.1;host="a,b;c"',
    address: "203.0.113.9",
  },
  {
    what: "Forwarded over IPv6",
    socket: "10.0.0.1",
    forwarded: 'for="[2001:db8:2::7]:4711"',
    address: "2001:db8:2::7",
  },
  {
    what: "Forwarded through two proxies, with a forged hop",
    socket: "10.0.0.1",
    forwarded: "for=127.0.0.1, for=203.0.113.9;proto=https, for=10.2.3.4",
    address: "203.0.113.9",
  },
  {
    what: "Forwarded that hides the client",
    socket: "10.0.0.1",
    forwarded: "for=_secret, for=10.2.3.4",
    address: "10.2.3.4",
  },
  {
    what: "Forwarded without for",
    socket: "10.0.0.1",
    forwarded: "for=203.0.113.9, proto=https",
    address: "10.0.0.1",
  },
  {
    what: "Forwarded with two fors in one element",
    socket: "10.0.0.1",
    forwarded: "for=203.0.113.9;for=203.0.113.10",
    address: "10.0.0.1",
  },
  {
    what: "a quoted comma does not begin a hop",
    socket: "10.0.0.1",
    forwarded: 'for=203.0.113.9;host="x, for=127.0.0.1"',
    address: "203.0.113.9",
  },
  {
    what: "a quote that stays open",
    socket: "10.0.0.1",
    forwarded: 'for="203.0.113.9, for=203.0.113.10',
    address: "10.0.0.1",
  },
  // Both.
  {
    what: "both headers agree",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9",
    forwarded: "for=203.0.113.9",
    address: "203.0.113.9",
  },
  {
    what: "both headers, and one is somebody else's",
    socket: "10.0.0.1",
    forwardedFor: "203.0.113.9",
    forwarded: "for=127.0.0.1",
    address: "10.0.0.1",
  },
];

test.each(cases)("clientAddress(): $what", (given) => {
  const trusted = new AddressList(given.trusted ?? TRUSTED);
  const headers = { forwardedFor: given.forwardedFor, forwarded: given.forwarded };
  expect(clientAddress(given.socket, headers, { trusted })).toMatchObject({
    address: given.address,
  });
});

test.each<[string, string, string | undefined, string | undefined, string]>([
  ["nobody in between", "::ffff:198.51.100.7", undefined, undefined, "198.51.100.7"],
  ["a stranger's header", "198.51.100.7", "203.0.113.9", undefined, "198.51.100.7"],
  [
    "hops as they were sent",
    "10.0.0.1",
    "spoofed, 203.0.113.9, 10.2.3.4",
    undefined,
    "spoofed, 203.0.113.9, 10.2.3.4, 10.0.0.1",
  ],
  [
    "Forwarded",
    "10.0.0.1",
    undefined,
    'for="[2001:db8::1]:443", proto=https',
    "2001:db8::1, unknown, 10.0.0.1",
  ],
  ["both", "10.0.0.1", "203.0.113.9", "for=203.0.113.10", "203.0.113.9, 10.0.0.1"],
  [
    "a header full of them",
    "10.0.0.1",
    Array(100).fill("10.2.3.4").join(),
    undefined,
    `…, ${"10.2.3.4, ".repeat(32)}10.0.0.1`,
  ],
  ["a long one", "10.0.0.1", "x".repeat(5_000), undefined, `${"x".repeat(64)}, 10.0.0.1`],
])("clientAddress() keeps the chain: %s", (_, socket, forwardedFor, forwarded, chain) => {
  const trusted = new AddressList(TRUSTED);
  expect(clientAddress(socket, { forwardedFor, forwarded }, { trusted }).chain).toBe(chain);
});
