import { type DnsSpan, type RegionInDns, secondsWithin } from '../verdict/region-in-dns';
import { duration } from './render-values';

/** Spans that are told one by one; the rest is summed up. */
const SPANS_SHOWN = 3;

/**
 * What health checks and switches did with a Region, in a line of words. Times are those since the beginning.
 *
 * @param endSeconds End of what is judged.
 */
export function describeDns(region: RegionInDns, endSeconds: number): string {
  if (!hasTurned(region)) return `${region.region}: no health check and no switch turned`;
  const { seenByEndpointChecks, evacuated, outOfDns } = region;
  const what = [
    ...told('endpoint checks found it unhealthy', seenByEndpointChecks, endSeconds),
    ...told('its switch turned clients away', evacuated, endSeconds),
    ...(outOfDns.length === 0
      ? ['it never left DNS with all its clients']
      : told('it was out of DNS', outOfDns, endSeconds)),
  ];
  return `${region.region}: ${what.join('; ')}`;
}

/**
 * What DNS did with all Regions, in a sentence for each that a health check or a switch turned against.
 *
 * @param endSeconds End of what is judged.
 */
export function describeTurns(dns: readonly RegionInDns[], endSeconds: number): string {
  const turned = dns.filter(hasTurned);
  if (turned.length === 0) {
    const names = dns.map(({ region }) => region).join(' or ');
    return `no health check of ${names} turned, so that clients stayed where they were`;
  }
  return turned.map((region) => describeTurn(region, endSeconds)).join('; ');
}

function describeTurn({ region, detectedSeconds, outOfDns }: RegionInDns, endSeconds: number): string {
  const first =
    detectedSeconds === null
      ? `no health check of ${region} turned anew`
      : `the first health check of ${region} turned after ${duration(detectedSeconds)}`;
  const seconds = secondsWithin(outOfDns, 0, endSeconds);
  const out =
    seconds > 0 ? `it was out of DNS for ${duration(seconds)} in all` : 'it never left DNS with all its clients';
  return `${first}; ${out}`;
}

/** Whether any health check or switch of a Region turned. */
export function hasTurned({ detectedSeconds, seenByEndpointChecks, evacuated, outOfDns }: RegionInDns): boolean {
  return detectedSeconds !== null || seenByEndpointChecks.length + evacuated.length + outOfDns.length > 0;
}

function told(what: string, spans: readonly DnsSpan[], endSeconds: number): readonly string[] {
  if (spans.length === 0) return [];
  const shown = spans.slice(0, SPANS_SHOWN).map(spanText).join(' and ');
  const more = spans.length - SPANS_SHOWN;
  const seconds = secondsWithin(spans, 0, endSeconds);
  const rest = more > 0 ? ` and ${more} more ${more === 1 ? 'time' : 'times'}, for ${duration(seconds)} in all` : '';
  return [`${what} ${shown}${rest}`];
}

function spanText({ fromSeconds, toSeconds }: DnsSpan): string {
  const from = fromSeconds < 0 ? 'before the beginning' : duration(fromSeconds);
  return toSeconds === null ? `from ${from} on` : `from ${from} to ${duration(Math.max(0, toSeconds))}`;
}
