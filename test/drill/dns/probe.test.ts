import { judgeProbe, type ProbeResult } from '../../../lib/drill/dns/probe';

const answer = (rest: ProbeResult): ProbeResult => ({
  connectMs: 100,
  statusMs: 50,
  statusCode: 200,
  bodyMs: 10,
  ...rest,
});

describe('a request without string matching', () => {
  test.each<[string, ProbeResult, boolean, number]>([
    ['passes at the status line', answer({}), true, 150],
    ['passes with status 399', answer({ statusCode: 399 }), true, 150],
    ['fails with status 400', answer({ statusCode: 400 }), false, 150],
    ['fails with status 199', answer({ statusCode: 199 }), false, 150],
    ['passes when the connection takes four seconds', answer({ connectMs: 4000 }), true, 4050],
    ['gives up after four seconds without a connection', answer({ connectMs: 4001 }), false, 4000],
    ['gives up after four seconds in a black hole', {}, false, 4000],
    ['passes when the status takes two seconds', answer({ statusMs: 2000 }), true, 2100],
    ['gives up two seconds after connecting', answer({ statusMs: 2001 }), false, 2100],
    ['gives up two seconds after connecting to a silent endpoint', { connectMs: 100 }, false, 2100],
    ['fails at once when refused', { brokenMs: 40 }, false, 40],
    ['fails at once when reset after connecting', { connectMs: 100, brokenMs: 130 }, false, 130],
    ['does not wait for the body', { connectMs: 100, statusMs: 50, statusCode: 200 }, true, 150],
  ])('%s', (_, result, passed, endMs) => {
    expect(judgeProbe({}, result)).toEqual({ passed, endMs });
  });
});

describe('a request with string matching', () => {
  const searchString = '"status":"healthy"';
  const body = '{"status":"healthy","region":"us-east-2"}';

  test.each<[string, ProbeResult, boolean, number]>([
    ['passes at the body', answer({ body }), true, 160],
    ['fails without the string', answer({ body: '{"status":"unhealthy"}' }), false, 160],
    ['considers case', answer({ body: body.toUpperCase() }), false, 160],
    ['fails with status 503 whatever the body says', answer({ statusCode: 503, body }), false, 150],
    ['passes when the body takes two seconds', answer({ bodyMs: 2000, body }), true, 2150],
    ['gives up two seconds after the status', answer({ bodyMs: 2001, body }), false, 2150],
    ['fails when the body breaks off', answer({ brokenMs: 155, body }), false, 155],
  ])('%s', (_, result, passed, endMs) => {
    expect(judgeProbe({ searchString }, result)).toEqual({ passed, endMs });
  });

  test.each([
    [5120 - searchString.length, 'x', true],
    [5120 - searchString.length + 1, 'x', false],
    [(5120 - searchString.length) / 2, 'é', true],
    [(5120 - searchString.length) / 2 + 1, 'é', false],
  ])('after %d times %s: found within the first 5,120 bytes is %p', (count, filler, passed) => {
    const padded = filler.repeat(count) + searchString;

    expect(judgeProbe({ searchString }, answer({ body: padded })).passed).toBe(passed);
  });
});

test.each([
  ['within ten seconds', { connectMs: 10_000 }, { passed: true, endMs: 10_000 }],
  ['later', { connectMs: 10_001 }, { passed: false, endMs: 10_000 }],
  ['never', {}, { passed: false, endMs: 10_000 }],
  ['and is refused', { brokenMs: 30 }, { passed: false, endMs: 30 }],
])('a TCP check that connects %s', (_, result, verdict) => {
  expect(judgeProbe({ protocol: 'TCP' }, result)).toEqual(verdict);
});
