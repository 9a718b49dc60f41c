import { AccessClaims, AccessContent, claim, dropDead, release } from '../../../../lambda/configure-vault/claims/access-claims';

const owner = (stackId: string, logicalId = 'Store', physicalId = 'first') => ({ stackId, logicalId, physicalId });
const content = (name: string): AccessContent => ({ policy: name, role: { token_policies: [name] } });
const NOTHING: AccessContent = { policy: null, role: null };
const [A, B, C] = ['A', 'B', 'C'].map((stack) => owner(stack));
const ORIGIN = { workspaceId: 'workspace', rolePath: 'auth/aws/role/x' };

/** The list after each of these has come, finding what the one before had written. */
function claimed(...owners: ReturnType<typeof owner>[]): AccessClaims {
  return owners.reduce<AccessClaims>((claims, one, index) => (
    claim(claims, { ...one, ...ORIGIN }, index === 0 ? NOTHING : content(owners[index - 1].stackId))
  ), []);
}

const summary = (claims: AccessClaims) => claims.map(({ stackId, found }) => `${stackId} found ${found.policy}`);

describe('claim', () => {
  test('goes on top, with what its owner found', () => {
    expect(summary(claimed(A, B, C))).toEqual(['A found null', 'B found A', 'C found B']);
  });

  test('that is on top already keeps its memory', () => {
    const claims = claimed(A, B);

    expect(claim(claims, { ...B, ...ORIGIN }, content('edited by hand'))).toBe(claims);
  });

  test('that is below leaves its place, and what it had found goes to the one above', () => {
    expect(summary(claim(claimed(A, B, C), { ...A, ...ORIGIN }, content('C')))).toEqual(['B found null', 'C found B', 'A found C']);
  });

  test.each([owner('A', 'Other'), owner('A', 'Store', 'second')])('of %p is another one', (other) => {
    expect(claim(claimed(A), { ...other, ...ORIGIN }, content('A'))).toHaveLength(2);
  });
});

describe('release', () => {
  test('of the one on top gives back what it had found', () => {
    const { claims, content: restored } = release(claimed(A, B), B, false)!;

    expect([summary(claims), restored]).toEqual([['A found null'], content('A')]);
  });

  test('of one below leaves what stands there', () => {
    const { claims, content: restored } = release(claimed(A, B, C), A, false)!;

    expect([summary(claims), restored]).toEqual([['B found null', 'C found B'], undefined]);
  });

  test.each([[false, NOTHING], [true, content('by hand')]])('of the last, to restore it: %p', (restore, expected) => {
    const claims = claim([], { ...A, ...ORIGIN }, content('by hand'));

    expect(release(claims, A, restore)).toEqual({ claims: [], content: expected });
  });

  test('of the first of two hands what stood there before both to the second', () => {
    const claims = claim(claim([], { ...A, ...ORIGIN }, content('by hand')), { ...B, ...ORIGIN }, content('A'));

    expect(release(release(claims, A, false)!.claims, B, true)).toEqual({ claims: [], content: content('by hand') });
  });

  test('of one that is not there is nothing', () => {
    expect(release(claimed(A), B, true)).toBeUndefined();
    expect(release([], A, true)).toBeUndefined();
  });
});

describe('the claims of the dead', () => {
  test('are dropped, and what they had found goes to the one above', () => {
    expect(summary(dropDead(claimed(A, B, C), ({ stackId }) => stackId === 'B'))).toEqual(['A found null', 'C found A']);
    expect(summary(dropDead(claimed(A, B, C), ({ stackId }) => stackId !== 'C'))).toEqual(['C found null']);
  });

  test('never include the one on top', () => {
    expect(summary(dropDead(claimed(A, B), () => true))).toEqual(['B found null']);
  });
});
