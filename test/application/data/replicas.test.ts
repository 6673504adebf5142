import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AVOIDED_MS, Replicas } from '../../../lib/application/data/replicas';

type Answer = 'item' | Error;

const UNANSWERED = Object.assign(new Error('no address'), { name: 'Error', code: 'ENOTFOUND', syscall: 'getaddrinfo' });
const THROTTLED = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
const REFUSED = Object.assign(new Error('no permission'), {
  name: 'AccessDeniedException',
  $metadata: { httpStatusCode: 400 },
});

/** Two replicas that answer as scripted, and a record of who was asked. */
function replicasOf(answers: { own: Answer; peer?: Answer }) {
  const asked: string[] = [];
  const script = { ...answers };
  const client = (name: 'own' | 'peer') => ({ name }) as unknown as DynamoDBDocumentClient;
  const replicas = new Replicas({ own: client('own'), ...(answers.peer ? { peer: client('peer') } : {}) });
  const send = async (to: DynamoDBDocumentClient): Promise<string> => {
    const { name } = to as unknown as { name: 'own' | 'peer' };
    asked.push(name);
    const answer = script[name];
    if (answer instanceof Error) throw answer;
    return `${answer} of ${name}`;
  };
  return { replicas, send, asked, script };
}

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
afterEach(() => jest.useRealTimers());

test("asks this Region's replica alone while it answers", async () => {
  const { replicas, send, asked } = replicasOf({ own: 'item', peer: 'item' });

  await expect(replicas.call(send)).resolves.toBe('item of own');
  expect(asked).toEqual(['own']);
});

test("repeats a call at the peer's replica when this Region's does not answer, and goes there first for a while", async () => {
  const { replicas, send, asked, script } = replicasOf({ own: UNANSWERED, peer: 'item' });

  await expect(replicas.call(send)).resolves.toBe('item of peer');
  await expect(replicas.call(send)).resolves.toBe('item of peer');
  expect(asked).toEqual(['own', 'peer', 'peer']);

  script.own = 'item';
  jest.advanceTimersByTime(AVOIDED_MS);
  await expect(replicas.call(send)).resolves.toBe('item of own');
});

test("comes back to this Region's replica at once when the peer's does not answer either", async () => {
  const { replicas, send, asked, script } = replicasOf({ own: UNANSWERED, peer: 'item' });
  await replicas.call(send);
  script.own = 'item';
  script.peer = UNANSWERED;

  await expect(replicas.call(send)).resolves.toBe('item of own');
  expect(asked).toEqual(['own', 'peer', 'peer', 'own']);
});

test('is unavailable when no replica answers', async () => {
  const { replicas, send, asked } = replicasOf({ own: UNANSWERED, peer: UNANSWERED });

  await expect(replicas.call(send)).rejects.toMatchObject({ name: 'TableFault', kind: 'unavailable' });
  expect(asked).toEqual(['own', 'peer']);
});

test.each([
  { what: 'throttling', answer: THROTTLED, error: { name: 'TableFault', kind: 'throttled' } },
  { what: 'a refusal', answer: REFUSED, error: { name: 'AccessDeniedException' } },
])('takes $what for an answer, which no peer is asked to change', async ({ answer, error }) => {
  const { replicas, send, asked } = replicasOf({ own: answer, peer: 'item' });

  await expect(replicas.call(send)).rejects.toMatchObject(error);
  expect(asked).toEqual(['own']);
});

test('never leaves this Region for a call that is to find out how its replica is, nor without a peer', async () => {
  const withPeer = replicasOf({ own: UNANSWERED, peer: 'item' });
  const alone = replicasOf({ own: UNANSWERED });

  await expect(withPeer.replicas.callOwn(withPeer.send)).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(alone.replicas.call(alone.send)).rejects.toMatchObject({ kind: 'unavailable' });
  expect([withPeer.asked, alone.asked]).toEqual([['own'], ['own']]);
});
