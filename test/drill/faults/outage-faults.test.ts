import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { type Assembly, readAssembly } from '../../../lib/assembly';
import { accountFor, outageFaults, type PhaseReach } from '../../../lib/drill/faults/outage-faults';
import { SERVICE_REACH } from '../../../lib/drill/faults/service-reach';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { findOutage, listOutages, type TransposedOutage, type TransposedPhase, transpose } from '../../../lib/outages';
import { qualified } from '../../helpers/configs';
import { synthesizeInto } from '../synthesized';

const DYNAMODB_2025 = 'aws-2025-10-20-dynamodb-dns-us-east-1';
const NETWORK_2021 = 'aws-2021-12-07-internal-network-us-east-1';
const WHOLE = Number.POSITIVE_INFINITY;

let blueprint: Assembly;
let withQueue: Assembly;

beforeAll(() => {
  blueprint = readAssembly(synthesizeInto(qualified()));
  withQueue = readAssembly(
    synthesizeInto(qualified(), ({ regions }) => {
      const [stack] = regions;
      if (!stack) throw new Error('no Region');
      const queue = new CfnQueue(stack, 'Queue', { queueName: 'labels' });
      new CfnEventSourceMapping(stack, 'Polling', { functionName: 'label', eventSourceArn: queue.attrArn });
    }),
  );
});

function struck(outageId: string, region = 'us-west-2'): TransposedOutage {
  return transpose(findOutage(outageId), region);
}

/** The outage with its first phase alone, changed. */
function withPhase(outage: TransposedOutage, change: Partial<TransposedPhase>): TransposedOutage {
  const [phase] = outage.phases;
  if (!phase) throw new Error('no phase');
  return { ...outage, phases: [{ ...phase, ...change }] };
}

function outcomes(reach: readonly PhaseReach[]): Record<string, string[]> {
  const lines: Record<string, string[]> = {};
  for (const { phaseId, service, outcome, why } of reach) {
    lines[outcome] = [...(lines[outcome] ?? []), `${phaseId} ${service}: ${why}`];
  }
  return lines;
}

const hours = (clock: string): number => {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return 1000 * 3600 * (hour + minute / 60);
};

describe('20 October 2025 onto us-west-2', () => {
  // Minutes since 06:48Z, as the catalogue gives the phases.
  test('strikes the endpoint, replication and functions of the Region at the times of history', () => {
    const { faults } = outageFaults(struck(DYNAMODB_2025), blueprint, 600_000, WHOLE);

    const region = 'us-west-2';
    const at = (start: string, end: string) => ({
      startMs: 600_000 + hours(start),
      endMs: 600_000 + hours(end),
      courseEndMs: 600_000 + hours(end),
    });
    const steady = { region, pattern: 'steady' };
    expect(faults).toEqual([
      { phaseId: 'p1', target: 'dynamodb', kind: 'name', share: 1, ...steady, ...at('0:00', '2:37') },
      {
        phaseId: 'p2',
        target: 'dynamodb',
        kind: 'name',
        share: 0.3,
        ...steady,
        pattern: 'recovering',
        ...at('2:37', '2:52'),
      },
      {
        phaseId: 'p3',
        target: 'dynamodb-replication',
        kind: 'delay',
        share: 1,
        delayMs: 160 * 60_000,
        ...steady,
        ...at('0:00', '2:44'),
      },
      { phaseId: 'p14', target: 'lambda', kind: 'error', share: 0.3, ...steady, ...at('0:00', '6:12') },
      { phaseId: 'p15', target: 'lambda', kind: 'error', share: 0.3, ...steady, ...at('7:16', '11:39') },
    ]);
  });

  test('accounts for every service of every phase, with the reason where it cannot reach the design', () => {
    const outage = struck(DYNAMODB_2025);
    const { reach } = outageFaults(outage, blueprint, 0, WHOLE);

    expect(reach.map(({ phaseId, service }) => `${phaseId} ${service}`)).toEqual(
      outage.phases.flatMap(({ id, services }) => services.map((service) => `${id} ${service}`)),
    );
    const people = 'used by people and deployments; serving a request and leaving a Region need neither';
    const { modelled, 'out-of-reach': out } = outcomes(reach);
    expect(modelled).toEqual([
      'p1 dynamodb: unavailable, 100 %',
      'p2 dynamodb: error rate, 30 %, recovering',
      'p3 dynamodb:global-tables: replication delayed, 160 minutes',
      'p14 lambda: error rate, 30 %',
      'p15 lambda: error rate, 30 %',
    ]);
    expect(out).toEqual([
      `p4 iam:sign-in: ${people}`,
      `p4 console: ${people}`,
      `p4 identity-center(us-east-1): ${people}`,
      expect.stringMatching(/^p5 sts: running functions already hold their role's credentials/),
      expect.stringMatching(/^p6 sts: running functions already hold/),
      `p7 iam:updates: ${people}`,
      `p8 support:cases: ${people}`,
      'p9 redshift:iam-user-login: the design has no Redshift',
      'p10 ec2:launch: the design has no EC2 instances',
      'p11 ec2:launch: the design has no EC2 instances',
      'p12 ec2:apis: the design has no EC2 instances',
      'p13 nlb: the design has no load balancers',
      'p14 lambda:sqs-polling: the design has no queues polled by functions',
      'p16 ecs: the design has no containers',
      'p16 eks: the design has no containers',
      'p16 fargate: the design has no containers',
      'p17 connect: the design has no contact centres',
      'p18 redshift:clusters: the design has no Redshift',
    ]);
  });

  test('stops at polled queues when the assembly has one, and names the resource', () => {
    const refused = () => outageFaults(struck(DYNAMODB_2025), withQueue, 0, WHOLE);

    expect(refused).toThrow(NotModelled);
    expect(refused).toThrow(
      /^not modelled: lambda:sqs-polling in phase p14 of aws-2025-10-20-\S+, felt through AWS::\w+::\w+ \(dispatch-us-east-2\/(Queue|Polling)\)$/,
    );
  });
});

describe('7 December 2021 onto us-west-2', () => {
  test('strikes the API with errors that recede over nine hours, metrics with delays, and schedules with both', () => {
    const { faults, reach } = outageFaults(struck(NETWORK_2021), blueprint, 0, WHOLE);

    const placed = (target: string, start: string, end: string) => ({
      target,
      region: 'us-west-2',
      startMs: hours(start),
      endMs: hours(end),
      courseEndMs: hours(end),
    });
    expect(faults).toEqual([
      {
        phaseId: 'p6',
        kind: 'delay',
        share: 1,
        delayMs: hours('1:00'),
        pattern: 'steady',
        ...placed('cloudwatch', '0:00', '6:52'),
      },
      { phaseId: 'p7', kind: 'error', share: 0.4, pattern: 'recovering', ...placed('api-gateway', '0:00', '9:07') },
      { phaseId: 'p8', kind: 'error', share: 1, pattern: 'steady', ...placed('scheduler', '5:05', '7:05') },
      {
        phaseId: 'p9',
        kind: 'delay',
        share: 1,
        delayMs: hours('2:00'),
        pattern: 'recovering',
        ...placed('scheduler', '7:05', '11:10'),
      },
    ]);
    expect(outcomes(reach).modelled).toEqual([
      'p6 cloudwatch: delivery delayed, 60 minutes',
      'p7 api-gateway: error rate, 40 %, recovering',
      'p8 eventbridge:delivery: unavailable, 100 %',
      'p9 eventbridge:delivery: delivery delayed, 120 minutes, recovering, replayed as steady',
    ]);
    expect(outcomes(reach)['out-of-reach']).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^p1 route53:change-apis: leaving a Region changes the status of a health check/),
        'p3 elb:provision: the design has no load balancers',
        'p11 vpc-endpoints:dynamodb: the design has no VPC endpoints',
      ]),
    );
  });

  test('is not stopped by a queue, which it does not reach', () => {
    expect(outageFaults(struck(NETWORK_2021), withQueue, 0, WHOLE).faults).toHaveLength(4);
  });
});

test('every service of both required outages has its place in the table', () => {
  for (const id of [DYNAMODB_2025, NETWORK_2021]) {
    for (const { services } of findOutage(id).phases) {
      for (const service of services) expect(Object.keys(SERVICE_REACH)).toContain(service);
    }
  }
});

test('a replay that is cut keeps the course of what it cuts and leaves out what begins later', () => {
  const limitMs = hours('2:45');
  const { faults, reach } = outageFaults(struck(DYNAMODB_2025), blueprint, 600_000, limitMs);

  expect(faults.map(({ phaseId, endMs, courseEndMs }) => [phaseId, endMs - 600_000, courseEndMs - 600_000])).toEqual([
    ['p1', hours('2:37'), hours('2:37')],
    ['p2', limitMs, hours('2:52')],
    ['p3', hours('2:44'), hours('2:44')],
    ['p14', limitMs, hours('6:12')],
  ]);
  expect(reach.map(({ phaseId }) => phaseId)).not.toContain('p15');
  expect(reach.map(({ phaseId }) => phaseId)).toContain('p16');
});

test('a phase that begins at the limit is left out, one that begins before it is not', () => {
  const phasesWithin = (limitMs: number) =>
    outageFaults(struck(DYNAMODB_2025), blueprint, 0, limitMs).reach.map(({ phaseId }) => phaseId);

  expect(phasesWithin(hours('2:37'))).not.toContain('p2');
  expect(phasesWithin(hours('2:37') + 1)).toContain('p2');
});

describe('refuses', () => {
  const outage = struck(DYNAMODB_2025);
  const faultsOf = (changed: TransposedOutage) => () => outageFaults(changed, blueprint, 0, WHOLE);

  test('a service that the table does not list', () => {
    expect(faultsOf(withPhase(outage, { services: ['quantum-ledger'] }))).toThrow(
      new NotModelled(`quantum-ledger in phase p1 of ${DYNAMODB_2025}`),
    );
  });

  test.each([
    ['login', 'latency', { value: 10, unit: 'seconds' }, 'login in phase p1 of .*: latency of 10 seconds'],
    ['lambda', 'launches-fail', { value: 70, unit: 'percent' }, 'launches-fail of 70 percent'],
    ['dynamodb', 'error-rate', { value: 10, unit: 'percent-of-traffic' }, 'error-rate of 10 percent-of-traffic'],
    ['dynamodb:global-tables', 'error-rate', { value: 10, unit: 'percent' }, 'error-rate of 10 percent'],
  ] as const)('an effect on %s that it cannot replay: %s', (service, kind, model, message) => {
    const changed = withPhase(outage, { services: [service], effect: { kind, model, stated: null } });

    expect(faultsOf(changed)).toThrow(NotModelled);
    expect(faultsOf(changed)).toThrow(new RegExp(message));
  });
});

test('a Regional service loses a third of its requests with one Availability Zone', () => {
  const lambda = { services: ['lambda'], plane: 'data' } as const;
  const effect = { kind: 'unavailable', model: { value: 60, unit: 'percent' }, stated: null } as const;
  const strikes = (...ids: readonly string[]) =>
    outageFaults(
      withPhase(struck(DYNAMODB_2025), { ...lambda, effect, scope: { kind: 'az', ids } }),
      blueprint,
      0,
      WHOLE,
    ).faults;

  expect(strikes('usw2-az1')).toMatchObject([{ target: 'lambda', region: 'us-west-2', share: 0.2 }]);
  expect(strikes('usw2-az1', 'usw2-az2')).toMatchObject([{ region: 'us-west-2', share: 0.4 }]);
  expect(strikes('us-west-2:one-az')).toMatchObject([{ region: 'us-west-2', share: 0.2 }]);
});

test('a global phase strikes every Region, and so does any of name servers', () => {
  const everywhere = (service: string) =>
    outageFaults(
      withPhase(struck(DYNAMODB_2025), { services: [service], plane: 'data', scope: { kind: 'global', ids: [] } }),
      blueprint,
      0,
      WHOLE,
    ).faults.map(({ target, region }) => `${target} ${region}`);

  expect(everywhere('lambda')).toEqual(['lambda everywhere']);
  expect(everywhere('route53:public-dns')).toEqual(['route53 everywhere']);
});

test('a Region that loses everything is cut off from the others until the phase is over', () => {
  const { faults } = outageFaults(
    withPhase(struck(DYNAMODB_2025), { services: ['all-services'], plane: 'data' }),
    blueprint,
    0,
    WHOLE,
  );

  expect(faults.map(({ target }) => target)).toEqual(
    expect.arrayContaining(['api-gateway', 'lambda', 'dynamodb', 's3', 'ssm', 'cloudwatch', 'scheduler']),
  );
  // Phase p1 lasts 157 minutes; without a delay of its own, what is held back is held back until then.
  const cut = faults.find(({ target }) => target === 'dynamodb-replication');
  expect(cut).toMatchObject({ kind: 'delay', endMs: 157 * 60_000 });
  expect(cut).not.toHaveProperty('delayMs');
});

test('two services of a phase that have one role fail once', () => {
  const { faults, reach } = outageFaults(
    withPhase(struck(DYNAMODB_2025), { services: ['edge-dns', 'gtm'], scope: { kind: 'global', ids: [] } }),
    blueprint,
    0,
    WHOLE,
  );

  expect(faults).toHaveLength(1);
  expect(reach.map(({ service, outcome }) => `${service} ${outcome}`)).toEqual(['edge-dns modelled', 'gtm modelled']);
});

test("a slow control plane reaches deployments, Lambda's also new environments, and a failing one the service", () => {
  const control = (service: string, kind: 'latency' | 'error-rate', unit: 'seconds' | 'percent') =>
    outageFaults(
      withPhase(struck(DYNAMODB_2025), {
        services: [service],
        plane: 'control',
        effect: { kind, model: { value: 20, unit }, stated: null },
      }),
      blueprint,
      0,
      WHOLE,
    );

  expect(control('dynamodb', 'latency', 'seconds')).toMatchObject({ faults: [], reach: [{ outcome: 'out-of-reach' }] });
  expect(control('lambda', 'latency', 'seconds').faults).toMatchObject([
    { target: 'lambda-starts', kind: 'slow', delayMs: 20_000, share: 1 },
  ]);
  expect(control('lambda', 'error-rate', 'percent').faults).toMatchObject([{ target: 'lambda', share: 0.2 }]);
});

test.each([
  ['api-gateway', 'latency', { value: 3, unit: 'seconds' }, { kind: 'slow', delayMs: 3000, share: 1 }],
  ['s3:PUT', 'error-rate', { value: 60, unit: 'percent' }, { target: 's3', operations: ['PUT', 'DELETE'], share: 0.6 }],
  [
    'lambda:async',
    'delivery-delayed',
    { value: 60, unit: 'minutes' },
    { target: 'lambda-events', delayMs: hours('1:00') },
  ],
  [
    'internet-connectivity',
    'packet-loss',
    { value: 40, unit: 'percent' },
    { target: 'network', kind: 'loss', peers: ['clients'] },
  ],
  ['vpc-resolver', 'unavailable', { value: 100, unit: 'percent' }, { target: 'resolver', kind: 'error' }],
  ['s3-names', 'error-rate', { value: 5, unit: 'percent' }, { target: 's3', kind: 'name', share: 0.05 }],
  ['login', 'error-rate', { value: 70, unit: 'percent' }, { target: 'identity-provider', region: 'everywhere' }],
] as const)('%s with %s is replayed where it is felt', (service, kind, model, expected) => {
  const changed = withPhase(struck(DYNAMODB_2025), {
    services: [service],
    plane: 'data',
    effect: { kind, model, stated: null },
  });

  expect(outageFaults(changed, blueprint, 0, WHOLE).faults).toMatchObject([expected]);
});

describe('hosts lost in an Availability Zone', () => {
  test('take a third of their share of the requests to every service that spans zones, until these have left the zone', () => {
    const { faults, reach } = outageFaults(struck('aws-2021-12-22'), blueprint, 0, WHOLE);

    // Three in ten of one zone's hosts, from the start; five minutes: `az.evacuation`.
    expect(faults.map(({ target }) => target)).toEqual(['api-gateway', 'lambda', 'dynamodb', 's3', 'ssm']);
    for (const one of faults) {
      expect(one).toMatchObject({
        phaseId: 'p1',
        region: 'us-west-2',
        zone: 'usw2-az4',
        kind: 'error',
        startMs: 0,
        endMs: 300_000,
      });
      expect(one.share).toBeCloseTo(0.1, 10);
    }
    expect(outcomes(reach).modelled).toEqual([
      'p1 zone usw2-az4: 10 % of the requests to services that span zones, until they have left it after 300 s',
    ]);
  });

  test('are left once: later trouble of the same zone finds nobody there, that of another zone does', () => {
    const gulf = transpose(findOutage('aws-2026-03-01'), 'us-east-2', { partnerRegion: 'us-west-2', limitHours: 48 });

    const zones = outageFaults(gulf, blueprint, 0, WHOLE).faults.flatMap(({ zone, target }) =>
      zone !== undefined && target === 'lambda' ? [zone] : [],
    );
    expect(zones).toEqual(['use2-az2', 'use2-az3', 'usw2-az2']);
  });
});

describe('a Region that holds no more than the witness of a table', () => {
  const WITNESS = 'us-east-1';
  const onto = (outageId: string) =>
    outageFaults(transpose(findOutage(outageId), WITNESS, { partnerRegion: 'us-east-2' }), blueprint, 0, WHOLE);

  test.each([
    [
      'aws-2017-02-28',
      ['p1 s3: the design has no buckets in us-east-1', 'p3 lambda: the design has no functions in us-east-1'],
    ],
    ['aws-2018-11-22', ['p1 vpc-resolver: the design has no functions in us-east-1']],
    [
      'aws-2021-12-07',
      [
        'p6 cloudwatch: the design has no metrics that health checks follow in us-east-1',
        'p7 api-gateway: the design has no APIs in us-east-1',
        'p8 eventbridge:delivery: the design has no schedules in us-east-1',
      ],
    ],
    ['aws-2021-12-22', ['p1 zone use1-az4: the design has nothing in us-east-1 that requests pass']],
  ])('is out of reach of what %s struck', (outageId, expected) => {
    const { faults, reach } = onto(outageId);

    expect(faults).toEqual([]);
    expect(outcomes(reach).modelled).toBeUndefined();
    expect(outcomes(reach)['out-of-reach']).toEqual(expect.arrayContaining(expected));
  });

  test('feels the replication of tables, in which the witness takes part, and not requests to them', () => {
    const { faults, reach } = onto(DYNAMODB_2025);

    expect(faults.map(({ target }) => target)).toEqual(['dynamodb-replication']);
    expect(outcomes(reach).modelled).toEqual(['p3 dynamodb:global-tables: replication delayed, 160 minutes']);
    expect(outcomes(reach)['out-of-reach']).toContain('p1 dynamodb: the design has no tables in us-east-1');
  });

  test('does not keep its partner from being struck', () => {
    const { faults, reach } = onto('aws-2021-12-15');

    expect(faults.map(({ region }) => region)).toEqual(['us-east-2']);
    expect(reach.map(({ phaseId, outcome }) => `${phaseId} ${outcome}`)).toEqual(['p1 out-of-reach', 'p2 modelled']);
  });

  test('loses with everything only what it has', () => {
    const { faults, reach } = outageFaults(
      withPhase(struck(DYNAMODB_2025, WITNESS), { services: ['all-services'], plane: 'data' }),
      blueprint,
      0,
      WHOLE,
    );

    expect(faults.map(({ target }) => target)).toEqual(['dynamodb-replication']);
    expect(reach).toMatchObject([{ outcome: 'modelled' }]);
  });

  test.each([
    ['lambda:async', 'no functions in us-east-1'],
    ['s3-names', 'no buckets in us-east-1'],
    ['internet-connectivity', 'no APIs in us-east-1'],
    ['google-cloud-apis', 'no tables, buckets or parameters in us-east-1'],
  ])('does not feel %s', (service, lack) => {
    const outage = withPhase(struck(DYNAMODB_2025, WITNESS), { services: [service], plane: 'data' });

    expect(accountFor(outage, blueprint, 0, WHOLE).reach).toMatchObject([
      { outcome: 'out-of-reach', why: `the design has ${lack}` },
    ]);
  });
});

test('what fails everywhere is out of reach of a design that has nothing of it anywhere', () => {
  const resources = blueprint.resources.filter(({ type }) => type !== 'AWS::ApiGatewayV2::Authorizer');
  const { phases } = struck('meta-2026-06-12-login');
  const login = {
    ...struck('meta-2026-06-12-login'),
    phases: phases.map((phase) => ({ ...phase, services: ['login'] })),
  };

  expect(accountFor(login, { ...blueprint, resources }, 0, WHOLE)).toMatchObject({
    faults: [],
    reach: [{ outcome: 'out-of-reach', why: 'the design has no routes that ask for tokens' }],
  });
  expect(accountFor(login, blueprint, 0, WHOLE).faults).toHaveLength(1);
});

describe('replication, which is held back wholly or not at all,', () => {
  const everything = (change: Partial<TransposedPhase>) =>
    accountFor(
      withPhase(struck(DYNAMODB_2025), { services: ['all-services'], plane: 'data', ...change }),
      blueprint,
      0,
      WHOLE,
    ).reach;
  const share = (value: number) => ({ kind: 'error-rate', model: { value, unit: 'percent' }, stated: null }) as const;

  test('makes a part of everything not modelled: it would go on as if nothing were wrong', () => {
    const why = expect.stringMatching(
      /^all-services in phase p1 .+: error-rate of 60 percent, of which replication cannot feel a share$/,
    );

    expect(everything({ effect: share(60) })).toEqual([
      { phaseId: 'p1', service: 'all-services', outcome: 'not-modelled', why },
    ]);
    expect(everything({ effect: share(100) })).toMatchObject([{ outcome: 'modelled', why: 'error rate, 100 %' }]);
  });

  test('is not cut by the loss of one zone of three', () => {
    const one = { kind: 'az', ids: ['usw2-az1'] } as const;
    const all = { kind: 'az', ids: ['usw2-az1', 'usw2-az2', 'usw2-az3'] } as const;

    expect(everything({ effect: share(100), scope: one })).toMatchObject([{ outcome: 'not-modelled' }]);
    expect(everything({ effect: share(100), scope: all })).toMatchObject([{ outcome: 'modelled' }]);
  });

  test('follows no course, and the account says so', () => {
    const pattern = { kind: 'worsening' } as const;

    expect(everything({ effect: share(100), pattern })).toMatchObject([
      { outcome: 'modelled', why: 'error rate, 100 %, worsening; replication is cut all the while' },
    ]);
  });
});

describe('the whole catalogue onto the blueprint', () => {
  const accounts = listOutages().map((outage) => ({
    outage,
    moved: transpose(outage, 'us-east-2', { partnerRegion: 'us-west-2', ...(outage.end ? {} : { limitHours: 48 }) }),
  }));
  const outcomesOf = (moved: TransposedOutage): readonly string[] => [
    ...new Set(accountFor(moved, blueprint, 0, 1000 * moved.durationSeconds).reach.map(({ outcome }) => outcome)),
  ];

  test('says of each service of each phase what becomes of it', () => {
    for (const { outage, moved } of accounts) {
      const { reach } = accountFor(moved, blueprint, 0, 1000 * moved.durationSeconds);

      const named = reach.filter(({ service }) => !service.startsWith('zone '));
      // Every phase that history had is in one of the two, and none in both.
      expect([...named.map(({ phaseId, service }) => `${phaseId} ${service}`), ...moved.laterPhases]).toEqual([
        ...outage.phases.flatMap(({ id, services }) =>
          moved.laterPhases.includes(id) ? [] : services.map((service) => `${id} ${service}`),
        ),
        ...moved.laterPhases,
      ]);
      expect(outage.phases.map(({ id }) => id)).toEqual(
        outage.phases.flatMap(({ id }) =>
          reach.some(({ phaseId }) => phaseId === id) !== moved.laterPhases.includes(id) ? [id] : [],
        ),
      );
      expect(reach.every(({ why }) => why.length > 10)).toBe(true);
    }
  });

  test('replays eighteen, eight cannot reach it, and none is not modelled', () => {
    const ids = (isMeant: (outcomes: readonly string[]) => boolean) =>
      accounts.filter(({ moved }) => isMeant(outcomesOf(moved))).map(({ outage }) => outage.id);

    expect(ids((found) => found.includes('not-modelled'))).toEqual([]);
    expect(ids((found) => found.includes('modelled'))).toHaveLength(18);
    expect(ids((found) => found.length === 1 && found[0] === 'out-of-reach')).toEqual([
      'fastly-2021-06-08-global',
      'akamai-2021-06-17-prolexic',
      'azure-2025-10-29-front-door',
      'cloudflare-2025-11-18-bot-feature-file',
      'cloudflare-2025-12-05-waf-killswitch',
      'azure-2026-02-02-vm-extensions',
      'cloudflare-2026-02-20-byoip',
      'aws-2026-07-16-billing-data',
    ]);
  });
});

test('a delay in seconds and one in minutes are the same delay', () => {
  const delayed = (model: TransposedPhase['effect']['model']) =>
    outageFaults(
      withPhase(struck(DYNAMODB_2025), {
        services: ['dynamodb:global-tables'],
        effect: { kind: 'replication-delayed', model, stated: null },
      }),
      blueprint,
      0,
      WHOLE,
    ).faults[0]?.delayMs;

  expect(delayed({ value: 2, unit: 'minutes' })).toBe(120_000);
  expect(delayed({ value: 120, unit: 'seconds' })).toBe(120_000);
});

test('a flapping phase keeps its period, and a failing data plane answers with errors', () => {
  const { faults } = outageFaults(
    withPhase(struck(DYNAMODB_2025), { plane: 'data', pattern: { kind: 'flapping', periodSeconds: 60 } }),
    blueprint,
    0,
    WHOLE,
  );

  expect(faults).toMatchObject([{ target: 'dynamodb', kind: 'error', pattern: 'flapping', periodMs: 60_000 }]);
});
