const COUNT = new Intl.NumberFormat("en-US");

/** A count with its thousands apart, as in `1,234`. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** So many deliveries, in words. */
export function formatDeliveries(count: number, more = ""): string {
  return `${formatCount(count)}${more} ${count === 1 && more === "" ? "delivery" : "deliveries"}`;
}
