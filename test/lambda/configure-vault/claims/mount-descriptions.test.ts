import {
  authMountDescription, joinKvClaims, KvClaim, kvClaims, kvMountDescription, leaveKvClaims, stackOfAuthMount,
} from '../../../../lambda/configure-vault/claims/mount-descriptions';

const WORKSPACE = '123e4567-e89b-12d3-a456-426614174000';
const STACK = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Zenml/0f8fad5b';
const OTHER_STACK = STACK.replace('Zenml', 'Other');
const owner = (number: number, stackId = STACK) => ({ stackId, logicalId: 'Store', physicalId: `zenml-vault-${number}` });
const CLAIMS: KvClaim[] = [{ ...owner(1), made: true }, { ...owner(2, OTHER_STACK), made: false }];

describe('the description of an auth mount', () => {
  const description = authMountDescription('zenml-aws', STACK);

  test('tells the stack', () => {
    expect(stackOfAuthMount('zenml-aws', description)).toBe(STACK);
  });

  test.each([
    ['by hand', 'of team B'],
    ['empty', ''],
    ['with a remark', `${description} and a remark`],
    ['of a KV mount', kvMountDescription('zenml-aws', { workspaceId: WORKSPACE, claims: CLAIMS })],
    ['of no stack', description.replace('cloudformation', 'iam')],
  ])('%s tells none', (_, text) => {
    expect(stackOfAuthMount('zenml-aws', text)).toBeUndefined();
  });

  test('means nothing on another mount', () => {
    expect(stackOfAuthMount('other', description)).toBeUndefined();
  });
});

describe('the description of a KV mount', () => {
  const description = kvMountDescription('secrets', { workspaceId: WORKSPACE, claims: CLAIMS });

  test('tells who uses it', () => {
    expect(kvClaims('secrets', description)).toMatchObject({ workspaceId: WORKSPACE, claims: CLAIMS });
  });

  test('still tells the workspace when nobody claims it any more', () => {
    const empty = kvMountDescription('secrets', { workspaceId: WORKSPACE, claims: [] });

    expect(kvClaims('secrets', empty)).toMatchObject({ workspaceId: WORKSPACE, claims: [] });
  });

  test.each([
    ['by hand', 'of team B'],
    ['with a remark', `${description} and a remark`],
    ['of an auth mount', authMountDescription('secrets', STACK)],
    ['with a claim of more', description.replace('"made":true', '"made":true,"more":1')],
    ['with a claim that is neither', description.replace('"made":true', '"made":1')],
    ['with what is no list', description.replace(/"claims":.*$/, '"claims":{}}')],
    ['of no workspace', description.replace(WORKSPACE, 'x')],
  ])('%s tells nothing', (_, text) => {
    expect(kvClaims('secrets', text)).toBeUndefined();
  });

  test('means nothing on another mount', () => {
    expect(kvClaims('other', description)).toBeUndefined();
  });
});

test.each<[string, ReturnType<typeof owner>, boolean]>([
  ['of the stack that made it inherits that', owner(3), true],
  ['of another stack relies on it', owner(3, OTHER_STACK), false],
])('whoever joins, %s', (_, joining, made) => {
  expect(joinKvClaims(CLAIMS, joining)).toEqual([...CLAIMS, { ...joining, made }]);
});

test('whoever is there does not join again', () => {
  expect(joinKvClaims(CLAIMS, owner(1))).toBe(CLAIMS);
});

test('whoever leaves takes its claim along, and no other', () => {
  expect(leaveKvClaims(CLAIMS, owner(1))).toEqual([CLAIMS[1]]);
  expect(leaveKvClaims(CLAIMS, owner(3))).toEqual(CLAIMS);
});
