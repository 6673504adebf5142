import { isIPv4, isIPv6 } from 'node:net';

/**
 * Splits an address block as `Fn::Cidr` does; undefined when the block is no block or holds too few.
 *
 * @param hostBits Size of each part, as the number of bits left for hosts.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
 */
export function splitBlock(block: string, count: number, hostBits: number): string[] | undefined {
  const [address = '', mask = ''] = block.split('/');
  const family = isIPv4(address) ? IPV4 : isIPv6(address) ? IPV6 : undefined;
  if (!family || !/^\d+$/.test(mask) || Number(mask) > family.bits) return undefined;

  const blockBits = family.bits - Number(mask);
  if (hostBits < 0 || hostBits > blockBits || BigInt(count) << BigInt(hostBits) > 1n << BigInt(blockBits)) {
    return undefined;
  }
  const start = (family.parse(address) >> BigInt(blockBits)) << BigInt(blockBits);
  return Array.from({ length: count }, (_, index) => {
    const part = family.format(start + (BigInt(index) << BigInt(hostBits)));
    return `${part}/${family.bits - hostBits}`;
  });
}

interface Family {
  readonly bits: number;
  parse(address: string): bigint;
  format(address: bigint): string;
}

const IPV4: Family = {
  bits: 32,
  parse: (address) => join(address.split('.').map(Number), 8),
  format: (address) => groups(address, 4, 8).join('.'),
};

const IPV6: Family = {
  bits: 128,
  parse: (address) => {
    const [head = '', tail = ''] = canonical(address).split('::');
    const before = head.split(':').filter(Boolean);
    const after = tail.split(':').filter(Boolean);
    const zeros = Array<string>(8 - before.length - after.length).fill('0');
    return join(
      [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16)),
      16,
    );
  },
  format: (address) =>
    canonical(
      groups(address, 8, 16)
        .map((group) => group.toString(16))
        .join(':'),
    ),
};

/** The URL standard prescribes the canonical form of an IPv6 host: lower case, longest run of zeros compressed. */
function canonical(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function join(parts: readonly number[], bits: number): bigint {
  return parts.reduce((sum, part) => (sum << BigInt(bits)) | BigInt(part), 0n);
}

function groups(address: bigint, count: number, bits: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    Number((address >> BigInt((count - 1 - index) * bits)) & ((1n << BigInt(bits)) - 1n)),
  );
}
