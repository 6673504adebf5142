import type { TopologyReport, TopologyVerdict } from './topology-report';

/** What was found against an assembly, in sum. */
export function verdictOf({
  names,
  tables,
  buckets,
}: Pick<TopologyReport, 'names' | 'tables' | 'buckets'>): TopologyVerdict {
  const lost = [
    ...names
      .filter(({ verdict }) => verdict !== 'fails-over' && verdict !== 'not-struck')
      .map(({ name, verdict }) => `name ${name}${verdict === 'partly' ? ' (in part)' : ''}`),
    ...tables
      .filter(({ outcome }) => outcome === 'gone' || outcome === 'reads-only')
      .map(({ name, outcome }) => `table ${name}${outcome === 'reads-only' ? ' (writes)' : ''}`),
    ...buckets
      .filter(({ outcome }) => outcome === 'gone' || outcome === 'partly')
      .map(({ name, outcome }) => `bucket ${name}${outcome === 'partly' ? ' (in part)' : ''}`),
  ];
  const judged = { names: names.length, tables: tables.length, buckets: buckets.length };
  const isJudged = Object.values(judged).some((count) => count > 0);
  return { outcome: lost.length > 0 ? 'lost' : isJudged ? 'nothing-lost' : 'nothing-judged', judged, lost };
}
