import { choiceConstant, numberConstant } from '../model/constants';
import type {
  BucketReport,
  HealthCheckReport,
  NameReport,
  RecoveryPoint,
  RegionShares,
  TableReport,
  TopologyReport,
} from '../topology/topology-report';
import { duration, percent } from './render-values';
import { wrapText } from './wrap-text';

/** Writes for people what could be judged without running an assembly's code, what was not modelled first. */
export function renderTopology(report: TopologyReport): string {
  const { scenario, seed, names, leftNames, healthChecks, tables, buckets, otherStores, missingRegions } = report;
  const regions = scenario.struckRegions.join(' and ');
  return [
    scenario.title,
    `taken as the loss of everything in ${regions} for ${duration(scenario.durationSeconds)}, seed ${seed}`,
    '',
    ...reasons(report),
    '',
    'Names:',
    ...orNone(names.flatMap((name) => nameLines(name, regions))),
    ...(names.some(({ leaves }) => leaves) ? wrapText(`  ${stretching()}`) : []),
    ...leftNames.flatMap(({ name, why }) => wrapText(`${name} is NOT judged: ${why}`, '  ')),
    'Health checks:',
    ...orNone(healthChecks.flatMap(checkLines)),
    'Data:',
    ...orNone([
      ...tables.flatMap((table) => tableLines(table, regions)),
      ...buckets.flatMap((bucket) => bucketLines(bucket, regions)),
    ]),
    ...otherStores.flatMap(({ id, type, region }) => wrapText(`${type} ${id} in ${region} is NOT judged`, '  ')),
    ...missingRegions.flatMap(({ region, namedBy }) =>
      wrapText(`No stack in ${region}, which is named by ${namedBy.join(', ')}: what serves there is NOT judged.`),
    ),
    '',
    ...verdictLines(report, regions),
  ].join('\n');
}

/** Why clients are not judged, and that they are not. */
function reasons({ notModelled, notJudged }: TopologyReport): string[] {
  if (notModelled.length === 0) {
    return wrapText(
      `NOT judged, as it was not asked for: ${notJudged.join(', ')}. The drill models all that it found.`,
    );
  }
  return [
    ...wrapText(`NOT judged: ${notJudged.join(', ')}. A drill would be a guess, for it does not model:`),
    ...notModelled.flatMap((what) => wrapText(what, '  ')),
  ];
}

/** What was found in sum, and how far it goes. */
function verdictLines(report: TopologyReport, struck: string): string[] {
  const { verdict, notJudged, leftNames, otherStores, missingRegions } = report;
  const { outcome, judged, lost } = verdict;
  const what = listOf([
    ...counted(judged.names, 'name'),
    ...counted(judged.tables, 'table'),
    ...counted(judged.buckets, 'bucket'),
  ]);
  const found = {
    'nothing-judged': 'Verdict: none, for nothing could be judged.',
    'nothing-lost': `Verdict on ${what}: none is lost with ${struck}.`,
    lost: `Verdict on ${what}: LOST with ${struck}: ${lost.join(', ')}.`,
  }[outcome];
  const rest = listOf([
    ...notJudged,
    ...counted(leftNames.length, 'other name'),
    ...counted(otherStores.length, 'other store'),
    ...missingRegions.map(({ region }) => `what serves in ${region}`),
  ]);
  return [...wrapText(found), ...wrapText(`It is no verdict on ${rest}.`)];
}

function counted(count: number, noun: string): string[] {
  return count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`];
}

function listOf(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** @param struck The struck Regions. */
function nameLines(report: NameReport, struck: string): string[] {
  const { name, type, policy, regions, leaves, returns, answers, findings } = report;
  const head = `${name} (${type}, ${policy}, ${regions.join(', ')}) ${courseWords(report, struck)}`;
  const back = returns ? `; answered again ${duration(returns.answersSeconds)} after the end` : '';
  return [
    ...wrapText(head, '  '),
    ...(leaves
      ? wrapText(
          `decided after ${duration(leaves.decidedSeconds)}, answered after ${duration(leaves.answersSeconds)}, forgotten by resolvers after ${duration(leaves.forgottenSeconds)}${back}`,
          '    ',
        )
      : []),
    ...[...sameAnswers(answers)].flatMap(([change, geographies]) => {
      const who = geographies.length === answers.length ? 'everywhere' : geographies.join(', ');
      return wrapText(`${who}: ${change}`, '    ');
    }),
    ...findings.flatMap(({ text }) => wrapText(`! ${text}`, '    ')),
  ];
}

function courseWords({ verdict }: NameReport, struck: string): string {
  switch (verdict) {
    case 'fails-over':
      return `leaves ${struck}`;
    case 'partly':
      return `leaves ${struck} for some clients ONLY`;
    case 'stays':
      return `STAYS in ${struck}`;
    case 'nowhere-else':
      return `has NOWHERE to go but ${struck}`;
    case 'not-struck':
      return `leads nobody to ${struck}`;
  }
}

/** Geographies by what becomes of their answers. */
function sameAnswers(answers: NameReport['answers']): ReadonlyMap<string, readonly string[]> {
  const geographies = new Map<string, string[]>();
  for (const { geography, before, during } of answers) {
    const [earlier, later] = [shares(before), shares(during)];
    const change = earlier === later ? `always ${earlier}` : `${earlier}, then ${later}`;
    geographies.set(change, [...(geographies.get(change) ?? []), geography]);
  }
  return geographies;
}

function shares(byRegion: RegionShares): string {
  return Object.entries(byRegion)
    .map(([region, share]) => (share === 1 ? region : `${region} ${percent(share)}`))
    .join(' + ');
}

function stretching(): string {
  const longest = Math.max(...choiceConstant('dns.resolver.extendTo').map(([seconds]) => seconds));
  return `${percent(numberConstant('dns.resolver.extend'))} of resolvers keep answers longer, some for ${duration(longest)}.`;
}

function checkLines({ id, watches, region, known, boundSeconds, isInverted, gates }: HealthCheckReport): string[] {
  const place = region === undefined ? 'in a Region that the templates do not tell' : `in ${region}, ${known}`;
  const parts = [
    `watches ${watches}${isInverted ? ', inverted' : ''}`,
    ...(known === undefined ? [] : [place]),
    ...(boundSeconds === undefined ? [] : [`turns within ${duration(boundSeconds)}`]),
    gates.length > 0 ? `gates ${gates.join(', ')}` : 'gates NO record',
  ];
  return wrapText(`${id} ${parts.join('; ')}`, '  ');
}

const CONSISTENCIES: Readonly<Record<TableReport['consistency'], string>> = {
  single: 'one Region',
  eventual: 'eventually consistent',
  strong: 'strongly consistent',
};

function tableLines(table: TableReport, struck: string): string[] {
  const { name, consistency, regions, witnessRegions, left, outcome, recoveryPoint } = table;
  const witness = witnessRegions.length > 0 ? ` + witness ${witnessRegions.join(', ')}` : '';
  const what = {
    'not-struck': 'is not struck',
    serves: `serves in ${left.join(', ')}`,
    'reads-only': `takes NO writes, for its quorum is lost; ${left.join(', ')} serves eventually consistent reads`,
    gone: 'is GONE until its Region returns',
  }[outcome];
  const text = `table ${name} (${CONSISTENCIES[consistency]}, ${regions.join(', ')}${witness}) ${what}`;
  return wrapText(`${text}${recoveryPoint ? `; ${lossOf(recoveryPoint, struck)}` : ''}`, '  ');
}

function bucketLines({ name, region, copies, copyOf, outcome, recoveryPoint }: BucketReport, struck: string): string[] {
  const to = copies
    .map(
      (copy) =>
        `${copy.bucket}${copy.region === undefined ? '' : ` in ${copy.region}`}${copy.prefix === '' ? '' : ` (keys ${copy.prefix}…)`}`,
    )
    .join(', ');
  const what = {
    'not-struck': 'is not struck',
    copied: `is copied to ${to}`,
    partly: `is copied IN PART, to ${to}: its other objects are GONE until its Region returns`,
    copy: `holds copies of ${copyOf.join(', ')}, which is left; what was written to it alone is out of reach`,
    gone: 'has no copy elsewhere: its objects are GONE until its Region returns',
  }[outcome];
  return wrapText(
    `bucket ${name} (${region}) ${what}${recoveryPoint ? `; ${lossOf(recoveryPoint, struck)}` : ''}`,
    '  ',
  );
}

/** What is lost if the struck Regions never return. */
function lossOf(recoveryPoint: RecoveryPoint, struck: string): string {
  const never = `should ${struck} never return,`;
  switch (recoveryPoint.kind) {
    case 'none-lost':
      return `${never} no acknowledged write is lost`;
    case 'lag': {
      const { typicalSeconds, highSeconds, highShare } = recoveryPoint;
      const high = `${duration(highSeconds)} at most in ${percent(highShare)} of cases`;
      return `${never} the writes of the last ${duration(typicalSeconds)} are lost, ${high}`;
    }
    case 'unknown':
      return `${never} all that was not backed up is lost`;
  }
}

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? lines : ['  none'];
}
