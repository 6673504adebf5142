/** Lines between which a program writes a part of a page. */
export interface Marks {
  /** Path of the page, for messages. */
  readonly page: string;
  readonly begin: string;
  readonly end: string;
}

/**
 * A page with the part between its marks written anew.
 *
 * @throws when the page has no such marks.
 */
export function withPart(text: string, { page, begin, end }: Marks, part: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${page} needs the lines ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
}

/** Lines of a Markdown table, its first row the heading, in columns as the formatter leaves them. */
export function alignedTable([heading = [], ...body]: readonly (readonly string[])[]): readonly string[] {
  const widths = heading.map((_, column) => Math.max(...[heading, ...body].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], filler: string): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, filler)).join(' | ')} |`;
  return [line(heading, ' '), line([], '-'), ...body.map((cells) => line(cells, ' '))];
}
