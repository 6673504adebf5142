import { readParameter } from '../../../lib/drill/parameters/parameter-definition';
import { readTemplate } from '../../assembly/write-assembly';

const read = (properties: object) => {
  const Properties = { Name: '/dispatch/hand', Type: 'String', Value: 'automatic', ...properties };
  const [parameter] = readTemplate({ Resources: { It: { Type: 'AWS::SSM::Parameter', Properties } } }).resources;
  if (!parameter) throw new Error('no parameter');
  return readParameter(parameter);
};

test('a parameter is read with its place, its value and the limits of its values', () => {
  expect(read({})).toEqual({
    region: 'us-east-2',
    account: '111122223333',
    name: '/dispatch/hand',
    type: 'String',
    value: 'automatic',
    maxBytes: 4096,
  });
  expect(read({ Type: 'StringList', Tier: 'Advanced', AllowedPattern: '^a' })).toMatchObject({
    type: 'StringList',
    allowedPattern: /^a/,
    maxBytes: 8192,
  });
});

test.each([
  [{ Type: 'SecureString' }, 'parameter Stack/It of type SecureString'],
  [{ Tier: 'Intelligent-Tiering' }, 'parameter Stack/It of tier Intelligent-Tiering'],
  [{ Name: undefined }, 'parameter Stack/It: name or value'],
])('%j is not modelled', (properties, what) => {
  expect(() => read(properties)).toThrow(`not modelled: ${what}`);
});
