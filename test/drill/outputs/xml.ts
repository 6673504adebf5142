/** An element as a strict reader sees it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const TOKEN = /<\?xml [^?]*\?>|<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/y;

/**
 * Reads the part of XML that these files use.
 *
 * @throws Error for what is not well-formed.
 */
export function readXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const [, closed, begun, attributes = '', empty, words] = TOKEN.exec(text) ?? [];
    const parent = open.at(-1) as Element;
    if (TOKEN.lastIndex === 0) throw new Error(`not understood: ${text.slice(at, at + 40)}`);
    if (words !== undefined) parent.text += unescapeXml(words);
    if (closed !== undefined && open.pop()?.name !== closed) throw new Error(`${closed} was not open`);
    if (begun === undefined) continue;
    const pairs = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
      key,
      unescapeXml(value),
    ]);
    const element: Element = { name: begun, attributes: Object.fromEntries(pairs), children: [], text: '' };
    parent.children.push(element);
    if (empty === '') open.push(element);
  }
  const [top] = root.children;
  if (open.length !== 1 || !top || root.children.length !== 1) throw new Error('not one element that is closed');
  return top;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#10': '\n' };

function unescapeXml(text: string): string {
  return text.replaceAll(/&([^;]*;?)/g, (_, entity: string) => {
    const character = ENTITIES[entity.replace(/;$/, '')];
    if (!entity.endsWith(';') || character === undefined) throw new Error(`not an entity: &${entity}`);
    return character;
  });
}
