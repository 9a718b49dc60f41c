import { VaultError, VaultErrorDetails } from '../../../../lambda/configure-vault/client/vault-error';

const URL_OF_MOUNTS = new URL('https://user:canary@vault.example.com/v1/sys/mounts?canary');

test.each<[VaultErrorDetails, string]>([
  [{ status: 403, errors: ['one', 'two'] }, 'Vault: GET sys/mounts answers 403: one; two'],
  [{ status: 400, errors: ['1 error occurred:\n\t* x\n\n'] }, 'Vault: GET sys/mounts answers 400: 1 error occurred: * x'],
  [{ status: 403, errors: [] }, 'Vault: GET sys/mounts answers 403'],
  [{ status: 503 }, 'Vault: GET sys/mounts answers 503'],
  [{ status: 503, errors: 'no list' }, 'Vault: GET sys/mounts answers 503'],
  [{ status: 472, errors: ['one'], problem: 'two' }, 'Vault: GET sys/mounts answers 472: two'],
  [{ code: 'ECONNRESET', problem: 'socket hang up' }, 'Vault: GET sys/mounts: socket hang up'],
])('%j reads as one line, without credentials or query', (details, message) => {
  expect(new VaultError('GET', URL_OF_MOUNTS, details).message).toBe(message);
});
