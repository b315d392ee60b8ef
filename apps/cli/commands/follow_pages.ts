/** What a page is asked for with. */
export interface PageRequest {
  pageSize: number;
  pageToken: string;
}

/** One page. It may be short, or empty, and not the last. */
export interface Page<Row> {
  rows: readonly Row[];
  nextPageToken: string;
}

const PAGE_ROWS_MAX = 500;

/** Follows page tokens until there are enough rows, or no more. */
export async function* followPages<Row>(
  ask: (request: PageRequest) => Promise<Page<Row>>,
  { limit }: { limit: number },
): AsyncGenerator<readonly Row[]> {
  let pageToken = "";
  let left = limit;
  do {
    const page = await ask({ pageSize: Math.min(left, PAGE_ROWS_MAX), pageToken });
    const rows = page.rows.slice(0, left);
    yield rows;
    left -= rows.length;
    pageToken = page.nextPageToken;
  } while (left > 0 && pageToken !== "");
}
