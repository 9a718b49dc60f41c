import { before, differences } from '../../../../lambda/configure-vault/resources/vault-resource';

test('lists are sets, and what Vault leaves out is empty', () => {
  expect(differences({ list: ['b', 'a'], none: null }, { list: ['a', 'b'], none: [], text: '', number: 0, flag: false })).toEqual([]);
});

test('each field that differs is named', () => {
  expect(differences({ list: ['a'], text: 'x', flag: true }, { list: ['b'], text: 'y', number: 1, flag: false })).toEqual([
    'list', 'text', 'number', 'flag',
  ]);
});

test('what was there before is what a write would have to put back, also where there was nothing', () => {
  expect(before({ list: null, text: 'x', other: 1 }, { list: ['a'], text: 'y', number: 1, flag: true })).toEqual({
    list: [], text: 'x', number: 0, flag: false,
  });
});
