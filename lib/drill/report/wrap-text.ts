/** Longest line of prose. */
const LINE_WIDTH = 116;

/**
 * Breaks prose into lines.
 *
 * @param indent What the first line starts with; further ones start two columns further in.
 */
export function wrapText(text: string, indent = ''): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LINE_WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? `${indent}${word}` : `${indent}  ${word}`);
  }
  return lines;
}
