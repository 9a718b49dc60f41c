import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { customerAccount } from './customer-account';
import { policyOfChecks } from '../../cli/vault/check-vault-role';
import {
  VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultCertificateAuthority, VaultConnection, VaultSecretsStore, ZenmlWorkspace,
} from '../../src';
import { workspaceRules } from '../../src/vault/contract/workspace-policy';
import { check, Outcome, problems } from '../cli/command';
import { uploadAssets } from '../emulators/assets';
import { CloudFormation } from '../emulators/cloudformation';
import { testNamespace, useEmbeddedVault } from '../emulators/use-embedded-vault';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { vaultServer } from '../emulators/vault-server';
import { ControlPlane } from '../emulators/zenml-pro';
import { wipe } from '../lambda/configure-vault/vault-under-test';
import { ROOT } from '../package/packed-library';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

/*
 * The command on a Vault that a real deployment configured, by TLS, and that is then broken one thing at a time. Servers that only
 * pretend to be a Vault stand for what no Vault at hand can be.
 */

jest.setTimeout(120_000); // on a loaded machine

const STACK = 'ZenmlSecretsStore';
const ROLE = `zenml-${WORKSPACE_ID}`;
const KV = `secrets-${WORKSPACE_ID}`;
const MOUNT = 'zenml-aws';
const PRINCIPAL = `arn:aws:iam::715803424590:role/${ROLE}`;
const CANARY = 'canary-0123456789';
const SETTINGS = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const before = Object.fromEntries(SETTINGS.map((name) => [name, process.env[name]]));

const aws = useEmbeddedAws({ region: REGION });
const vault = useEmbeddedVault({ tls: true });
let cloudFormation: CloudFormation;
let token: string;
const servers: Server[] = [];

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: REGION, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'test',
  });
});

beforeEach(async () => {
  vaultAddress = vault.address;
  ({ cloudFormation } = await customerAccount(aws));
  await (await ControlPlane.create(aws)).createWorkspace(WORKSPACE_ID);
  await wipe(vault);
  token = await makeToken(policyOfChecks(MOUNT, ROLE, KV));
});

afterAll(async () => {
  SETTINGS.forEach((name) => before[name] === undefined ? delete process.env[name] : process.env[name] = before[name]);
  servers.forEach((server) => server.close());
});

/** A token for whoever runs the command, with exactly this policy. */
async function makeToken(policy: string, name = 'checker'): Promise<string> {
  await vault.call('POST', `sys/policies/acl/${name}`, { policy });
  return (await vault.call('POST', 'auth/token/create', { policies: [name], no_default_policy: true })).body.auth.client_token;
}

/** Deploys a store by this library, which configures the Vault. */
async function deploy(authentication = VaultAuthentication.aws({ mount: VaultAuthMount.managed(MOUNT), stsEndpoint: aws.endpoint })) {
  const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  const { ARN: arn } = await secrets.send(new CreateSecretCommand({
    Name: 'vault/administrator', SecretString: JSON.stringify({ token: vault.rootToken }),
  }));
  const app = new App();
  const stack = new Stack(app, STACK, { env: { account: ACCOUNT, region: REGION } });
  const connection = new VaultConnection(stack, 'Vault', {
    address: vault.address,
    allowInsecureAddress: true, // for the STS
    administrator: VaultAdministrator.token(secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token', arn!)),
    certificateAuthority: VaultCertificateAuthority.fromPem(vault.certificateAuthority),
  });
  new VaultSecretsStore(stack, 'SecretsStore', { workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), connection, authentication });
  const artifact = app.synth().getStackByName(STACK);
  await uploadAssets(aws, ACCOUNT, REGION, artifact);
  await cloudFormation.deploy(STACK, artifact.template);
}

/** Deploys a stack that only hands over: openly, or in a secret. */
async function handOver(method: string, fields: object, isSecret = false) {
  const json = JSON.stringify({
    secrets_store: { type: 'hashicorp', settings: { auth_method: method, auth_config: { mount_point: KV, ...fields } } },
  });
  await cloudFormation.deploy(STACK, {
    Resources: { Handoff: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: json } } },
    Outputs: isSecret ? { HandoffWorkspaceConfigurationSecret: { Value: { Ref: 'Handoff' } } } : { Handoff: { Value: json } },
  });
}

/** The Vault that the operator means. */
let vaultAddress: string;

async function handOverAws(address: string, fields: object = {}) {
  vaultAddress = address;
  await handOver('aws', { vault_addr: address, aws_role: ROLE, aws_header_value: WORKSPACE_ID, ...fields });
}

async function checkVault(...args: string[]): Promise<Outcome> {
  const outcome = await check([STACK, '--ca-file', vault.certificateAuthorityFile, ...args], {
    VAULT_TOKEN: token, VAULT_ADDR: vaultAddress,
  });
  expect(outcome.said).not.toContain(token);
  return outcome;
}

/** A server of http, of which the requests are kept. */
async function pretend(answer: (request: IncomingMessage) => { status: number; body?: object | string; location?: string }) {
  const requests: IncomingMessage[] = [];
  const server = createHttpServer((request, response) => {
    requests.push(request);
    const { status, body = '', location } = answer(request);
    response.writeHead(status, location === undefined ? {} : { location }).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

describe('a store that can work', () => {
  test('with a token of exactly the policy that is asked for', async () => {
    await deploy();
    const outcome = await checkVault();

    expect(problems(outcome)).toEqual([]);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.results.map(({ check: name, message }) => `${name}: ${message}`)).toEqual([
      'deployment: the stack is CREATE_COMPLETE',
      'form: hashicorp, aws: all that ZenML demands is there',
      `address: ${vault.address} answers from here, with a certificate of a public authority or one of --ca-file: initialised, unsealed`,
      `auth mount: auth/${MOUNT} takes logins of AWS`,
      `header: auth/${MOUNT} takes the header value that is handed over`,
      'STS: Vault reaches the STS that verifies logins',
      `header: auth/${MOUNT} demands what is handed over`,
      `role: ${ROLE} is bound to ${PRINCIPAL}`,
      `policy: ${ROLE} grants what ZenML does on ${KV}`,
      `KV mount: ${KV} is KV version 2`,
    ]);
  }, 60_000);

  const ALL = 'capabilities = ["create", "read", "update", "delete"]';

  test('with a policy that names the parameters first', async () => {
    await deploy();
    const policy = `path "${KV}/*" {\n  allowed_parameters = {\n    "*" = []\n  }\n  ${ALL}\n}\n`;
    expect((await vault.call('POST', `sys/policies/acl/${ROLE}`, { policy })).status).toBe(204);

    expect(problems(await checkVault())).toEqual([]);
  }, 60_000);

  test.each([
    ['with several patterns for a path', `path "${KV}/*" { ${ALL} } path "${KV}/data/zenml/*" { ${ALL} }`,
      `several patterns or a template of ${ROLE} may apply to ${KV}/data/zenml/*, of which Vault takes one`],
    ['in JSON', JSON.stringify({ path: { [`${KV}/*`]: { capabilities: ['create', 'read', 'update', 'delete'] } } }),
      `the text of ${ROLE} is not understood: it is written in JSON`],
    ['of the old form', `path "${KV}/*" {\n  policy = "write"\n}`,
      `the text of ${ROLE} is not understood: line 2: "policy" is not expected`],
  ])('a policy %s: not checked', async (_, policy, problem) => {
    await deploy();
    expect((await vault.call('POST', `sys/policies/acl/${ROLE}`, { policy })).status).toBe(204);
    const outcome = await checkVault();

    expect(problems(outcome)).toEqual([`not checked policy: ${problem}`]);
    expect(outcome.exitCode).toBe(3);
  }, 60_000);

  test('without a token, as far as it can be told, and with what a token needs', async () => {
    await deploy();
    const outcome = await check([STACK, '--ca-file', vault.certificateAuthorityFile], { VAULT_TOKEN: '' });

    expect(problems(outcome)).toEqual([
      'not checked role, policy and KV mount: the environment has no VAULT_TOKEN, or its VAULT_ADDR is not this address',
    ]);
    expect(outcome.exitCode).toBe(3);
    expect(outcome.said).toContain(policyOfChecks(MOUNT, ROLE, KV));
  }, 60_000);

  test.each(policyOfChecks(MOUNT, ROLE, KV).split(/ (?=path)/))('a token without %s is told what it lacks', async (line) => {
    await deploy();
    token = await makeToken(policyOfChecks(MOUNT, ROLE, KV).replace(line, ''));
    const outcome = await checkVault();

    const [, path] = /path "([^"]+)"/.exec(line)!;
    expect(problems(outcome)).toEqual([expect.stringContaining(`Vault answers 403 to a read of ${path}: `)]);
    expect(outcome.exitCode).toBe(3);
  }, 60_000);
});

describe('what is broken is found', () => {
  const write = (path: string, body?: object) => async () => expect((await vault.call('POST', path, body)).status).toBeLessThan(300);
  const remove = (path: string) => async () => expect((await vault.call('DELETE', path)).status).toBeLessThan(300);
  const inTurn = (...steps: (() => Promise<unknown>)[]) => async () => {
    for (const step of steps) {
      await step();
    }
  };
  const role = { auth_type: 'iam', bound_iam_principal_arn: [PRINCIPAL], resolve_aws_unique_ids: false, token_policies: [ROLE] };

  const cases: [string, () => Promise<unknown>, string[]][] = [
    ['the auth mount is gone', remove(`sys/auth/${MOUNT}`),
      [`finding auth mount: auth/${MOUNT} does not take logins of AWS: it answers 403, permission denied`]],
    ['the auth mount is of another type', inTurn(remove(`sys/auth/${MOUNT}`), write(`sys/auth/${MOUNT}`, { type: 'approle' })), [
      `finding auth mount: auth/${MOUNT} does not take logins of AWS: it answers 500, ${vaultServer().foreignLogin}`,
      `finding auth mount: auth/${MOUNT} is of type approle`,
      `finding header: auth/${MOUNT} demands no header value, so that a login made for another Vault is good for this one`,
      `finding role: there is no role ${ROLE} on auth/${MOUNT}`,
    ]],
    ['the header value was changed', write(`auth/${MOUNT}/config/client`, { iam_server_id_header_value: 'another' }), [
      `finding header: auth/${MOUNT} demands another header value than "${WORKSPACE_ID}", which is handed over`,
      `finding header: auth/${MOUNT} demands another header value than is handed over`,
    ]],
    ['the header value was cleared', write(`auth/${MOUNT}/config/client`, { iam_server_id_header_value: '' }),
      [`finding header: auth/${MOUNT} demands no header value, so that a login made for another Vault is good for this one`]],
    ['Vault does not reach STS', write(`auth/${MOUNT}/config/client`, { sts_endpoint: 'http://127.0.0.1:9' }), [
      'finding STS: Vault does not reach the STS that has to verify logins',
      `finding STS: auth/${MOUNT} asks http://127.0.0.1:9 who logs in: whoever controls that can log in as anybody, and ZenML signs for us-east-1 only`,
    ]],
    ['the role is gone', remove(`auth/${MOUNT}/role/${ROLE}`), [`finding role: there is no role ${ROLE} on auth/${MOUNT}`]],
    ['the role is bound to somebody else',
      write(`auth/${MOUNT}/role/${ROLE}`, {
        ...role,
        bound_iam_principal_arn: [`arn:aws:iam::715803424590:role/zenml-${OTHER_WORKSPACE_ID}`],
      }),
      [`finding role: ${ROLE} is bound to arn:aws:iam::715803424590:role/zenml-${OTHER_WORKSPACE_ID}, `
      + `and not to the workspace, ${PRINCIPAL}`]],
    ['the role is of type ec2, and of no policy',
      inTurn(
        remove(`auth/${MOUNT}/role/${ROLE}`),
        write(`auth/${MOUNT}/role/${ROLE}`, { auth_type: 'ec2', bound_account_id: [ACCOUNT] }),
      ),
      [`finding role: ${ROLE} is of type ec2, not iam`]],
    ['tokens are good for a few uses', write(`auth/${MOUNT}/role/${ROLE}`, { token_num_uses: 5 }),
      [`finding role: a token of ${ROLE} is good for 5 uses only, and ZenML does not log in again before its time`]],
    ['the policy is gone', remove(`sys/policies/acl/${ROLE}`), [
      `finding policy: there is no policy ${ROLE}`,
      `finding policy: ${ROLE} lacks update on ${KV}/config; create on ${KV}/data/zenml/*; read on ${KV}/data/zenml/*; `
      + `update on ${KV}/data/zenml/*; delete on ${KV}/metadata/zenml/*`,
    ]],
    ['the policy lacks a right', write(`sys/policies/acl/${ROLE}`, { policy: workspaceRules(KV).replace('["update"]', '["read"]') }),
      [`finding policy: ${ROLE} lacks update on ${KV}/config`]],
    ['the KV mount is gone', remove(`sys/mounts/${KV}`), [`finding KV mount: ${KV} is not there`]],
    ['the KV mount is something else', inTurn(remove(`sys/mounts/${KV}`), write(`sys/mounts/${KV}`, { type: 'pki' })),
      [`finding KV mount: ${KV} is of type pki`]],
    ['the KV mount is of version 1',
      inTurn(remove(`sys/mounts/${KV}`), write(`sys/mounts/${KV}`, { type: 'kv', options: { version: '1' } })),
      [`finding KV mount: ${KV} is KV version 1, on which secrets that ZenML deletes stay readable`]],
    ['check-and-set is demanded', write(`${KV}/config`, { cas_required: true }),
      [`finding KV mount: ${KV} demands check-and-set, so that ZenML cannot change a secret`]],
    ['the token is not known', async () => { token = 'nobody-s-token'; },
      ['sys/auth', `auth/${MOUNT}/config/client`, `auth/${MOUNT}/role/${ROLE}`, 'sys/mounts', `${KV}/config`]
        .map((path) => expect.stringMatching(new RegExp(`^not checked [\\w ]+: Vault answers 403 to a read of ${path}: `)))],
  ];

  test.each(cases)('%s', async (_, harm, expected) => {
    await deploy();
    await harm();
    const outcome = await checkVault();

    expect(problems(outcome)).toEqual(expected);
    expect(outcome.exitCode).toBe(outcome.results.some(({ status }) => status === 'finding') ? 1 : 3);
    expect(outcome.results.filter(({ status }) => status !== 'ok').map(({ remedy }) => remedy)).not.toContain(undefined);
  }, 60_000);

  test('the Vault is sealed', async () => {
    await handOverAws(vault.address);
    await vault.call('PUT', 'sys/seal');
    try {
      expect(problems(await checkVault())).toEqual([`finding address: ${vault.address} is sealed`]);
    } finally {
      await vault.unseal();
    }
  });

  test('the workspace has another role, which --principal tells', async () => {
    await deploy();
    expect(problems(await checkVault('--principal', 'arn:aws:iam::444455556666:role/pods/zenml-pod')))
      .toEqual([`finding role: ${ROLE} is bound to ${PRINCIPAL}, and not to the workspace, arn:aws:iam::444455556666:role/zenml-pod`]);
  }, 60_000);

  test('a Vault that was configured by hand, of which the stack says little', async () => {
    await handOverAws(vault.address, { aws_role: 'team', aws_header_value: undefined });
    await vault.call('POST', 'sys/auth/aws', { type: 'aws' });
    await vault.call('POST', 'auth/aws/config/client', { sts_endpoint: aws.endpoint });
    await vault.call('POST', 'auth/aws/role/team', {
      auth_type: 'iam', bound_iam_principal_arn: [PRINCIPAL], resolve_aws_unique_ids: false, token_policies: ['one', 'two'],
    });
    await vault.call('POST', 'sys/policies/acl/one', { policy: workspaceRules(KV) });
    await vault.call('POST', `sys/mounts/${KV}`, { type: 'kv', options: { version: '2' } });
    token = await makeToken(policyOfChecks('aws', 'team', KV).replace('acl/team', 'acl/one'));

    expect(problems(await checkVault())).toEqual([
      'finding header: auth/aws demands no header value, so that a login made for another Vault is good for this one',
      `finding STS: auth/aws asks ${aws.endpoint} who logs in: whoever controls that can log in as anybody, `
      + 'and ZenML signs for us-east-1 only',
      `not checked role: team is bound to ${PRINCIPAL}, and the stack does not say whether that is the workspace`,
      expect.stringMatching(/^not checked policy: Vault answers 403 to a read of sys\/policies\/acl\/two/),
    ]);
  });

  testNamespace('there is no such namespace', async () => {
    await handOverAws(vault.address, { vault_namespace: 'nowhere' });
    expect(problems(await checkVault())).toEqual(['finding namespace: there is no namespace nowhere']);
  }, expectNamespaceIgnored);

  testNamespace('a namespace that is there', async () => {
    await vault.call('POST', 'sys/namespaces/team', {});
    const inTeam = { 'X-Vault-Token': vault.rootToken, 'X-Vault-Namespace': 'team' };
    await vault.call('POST', 'sys/auth/aws', { type: 'aws' }, inTeam);
    await vault.call('POST', 'auth/aws/config/client', { sts_endpoint: aws.endpoint, iam_server_id_header_value: WORKSPACE_ID }, inTeam);
    await handOverAws(vault.address, { vault_namespace: 'team' });

    const { results } = await check([STACK, '--ca-file', vault.certificateAuthorityFile]);
    expect(results.map(({ check: name, status }) => `${status} ${name}`)).toEqual([
      'ok deployment', 'ok form', 'ok address', 'ok auth mount', 'ok header', 'ok STS', 'not checked role, policy and KV mount',
    ]);
  }, expectNamespaceIgnored);

  async function expectNamespaceIgnored() {
    await vault.call('POST', 'sys/auth/aws', { type: 'aws' });
    await vault.call('POST', 'auth/aws/config/client', { sts_endpoint: aws.endpoint, iam_server_id_header_value: WORKSPACE_ID });
    await handOverAws(vault.address, { vault_namespace: 'team' });

    const { results } = await check([STACK, '--ca-file', vault.certificateAuthorityFile]);
    expect(results.filter(({ status }) => status === 'finding').map(({ check: name, message }) => `${name}: ${message}`)).toEqual([
      'namespace: the server takes no notice of namespaces, so team is not what is used',
    ]);
  }
});

describe('the way to the Vault', () => {
  test('its certificate is of nobody whom ZenML trusts, whatever Node.js is told to trust', async () => {
    await handOverAws(vault.address);
    const { results } = await check([STACK]);
    expect(results.at(-1)).toMatchObject({ status: 'finding', remedy: expect.stringContaining('a certificate of a public authority') });
    const bundle = spawn(process.execPath, [join(ROOT, 'assets/check/index.js'), 'check', STACK], {
      env: {
        ...process.env,
        NODE_EXTRA_CA_CERTS: vault.certificateAuthorityFile,
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
        VAULT_TOKEN: CANARY,
        VAULT_ADDR: vault.address,
      },
    });
    let said = '';
    bundle.stdout.on('data', (text) => said += text);
    bundle.stderr.on('data', (text) => said += text);
    const exitCode = await new Promise((done) => bundle.once('close', done));

    expect(said).toMatch(/FINDING +address: https:\S+ cannot be reached: (UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN)[^]*Give the Vault a certificate of a public authority/);
    expect(said).not.toContain('canary');
    expect(exitCode).toBe(1);
  });

  test('its certificate has another name', async () => {
    const { hostname, port } = new URL(vault.address);
    const tunnel = createTcpServer((socket) => void socket.on('error', () => undefined)
      .pipe(connect(Number(port), hostname)).on('error', () => undefined)
      .pipe(socket));
    await new Promise<void>((listening) => tunnel.listen(0, '127.0.0.2', listening));
    try {
      await handOverAws(`https://127.0.0.2:${(tunnel.address() as AddressInfo).port}`);
      const { results, exitCode } = await checkVault();
      expect(results.at(-1)).toMatchObject({
        message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
        remedy: expect.stringContaining('whose name stands in it'),
      });
      expect(exitCode).toBe(1);
    } finally {
      tunnel.close();
    }
  });

  test('nobody answers', async () => {
    await handOverAws('https://127.0.0.1:9');
    expect(problems(await checkVault())).toEqual([expect.stringMatching(/^finding address: https:\/\/127.0.0.1:9 cannot be reached: ECONNREFUSED/)]);
  });

  test('it is in clear: nothing is sent, unless it is allowed', async () => {
    const { address, requests } = await pretend(() => ({ status: 200, body: { initialized: true, sealed: false } }));
    await handOverAws(address);
    expect(problems(await checkVault())).toEqual([
      `finding address: ${address} would carry the secrets of the workspace in clear, and was not contacted`,
    ]);
    expect(requests).toEqual([]);
    expect((await checkVault('--allow-insecure-address')).results[2].message).toContain('in clear, which only a test environment may do');
  });

  test.each(['https://vault.example.com', 'vault.example.com', ''])('the token for %j is not sent to another address', async (mine) => {
    const { address, requests } = await pretend(({ url }) => url!.includes('sys/health')
      ? { status: 200, body: { initialized: true } }
      : { status: 400, body: { errors: ['x'] } });
    await handOverAws(address);
    const outcome = await check([STACK, '--allow-insecure-address'], { VAULT_TOKEN: CANARY, VAULT_ADDR: mine });

    expect(problems(outcome)).toContain(
      'not checked role, policy and KV mount: the environment has no VAULT_TOKEN, or its VAULT_ADDR is not this address',
    );
    expect(requests.length).toBeGreaterThan(1);
    expect(requests.filter(({ headers }) => headers['x-vault-token'] !== undefined)).toEqual([]);
  });

  test.each([
    ['auth_mount_point', '../aws/creds/deploy?x='], ['mount_point', 'kv#'], ['aws_role', 'a$(id)'], ['aws_role', 'a\u001bb'],
  ])('%s %j is no path, and nothing is asked', async (field, value) => {
    await handOverAws(vault.address, { [field]: value });
    const outcome = await checkVault();

    expect(problems(outcome)).toEqual([expect.stringMatching(/^finding form: ".*" is not a path of Vault$/)]);
    expect(outcome.said).not.toContain('\u001b');
  });

  test('it is no address', async () => {
    await handOverAws('vault.example.com');
    expect(problems(await checkVault())).toEqual([expect.stringMatching(/^finding address: "vault.example.com" /)]);
  });

  test.each([
    [501, {}, 'is not initialised'], [472, {}, 'is a secondary for disaster recovery, which serves nobody'],
    [502, '<html>canary</html>', 'answers 502 where Vault tells its health: the answer is not JSON, so it does not come from Vault'],
    [200, { hello: 'world' }, 'answers 200 where Vault tells its health'],
  ])('it answers %s %j', async (status, body, problem) => {
    const { address } = await pretend(() => ({ status, body }));
    await handOverAws(address);
    const outcome = await checkVault('--allow-insecure-address');
    expect(problems(outcome)).toEqual([`finding address: ${address} ${problem}`]);
    expect(outcome.said).not.toContain('canary');
  });

  test('a redirection is not followed, and no token is sent where it leads', async () => {
    const elsewhere = await pretend(() => ({ status: 200, body: {} }));
    const { address, requests } = await pretend(({ url }) => (
      url!.startsWith('/v1/sys/health') ? { status: 200, body: { initialized: true } }
        : url!.endsWith('/login') ? { status: 400, body: { errors: ['error making upstream request: received error code 403'] } }
          : { status: 307, location: elsewhere.address + url }
    ));
    await handOverAws(address);
    const outcome = await checkVault('--allow-insecure-address');
    expect(problems(outcome)).toHaveLength(5);
    expect(requests.some(({ headers }) => headers['x-vault-token'] === token)).toBe(true);
    expect(elsewhere.requests).toEqual([]);
  });

  test.each([
    [{ errors: [] }, [
      'finding auth mount: auth/aws is not there',
      'finding header: auth/aws demands no header value, so that a login made for another Vault is good for this one',
      `finding role: ${ROLE} is bound to , and not to the workspace, ${PRINCIPAL}`,
      `finding KV mount: ${KV} is not there`,
    ]],
    [undefined, [expect.stringMatching(/^finding address: \S+ does not answer as Vault does: Cannot read properties/)]],
  ])('a server that says little: %j', async (body, expected) => {
    const data = (url: string) => url.includes('/role/') ? { auth_type: 'iam' } : {};
    const { address } = await pretend(({ url }) => url!.startsWith('/v1/sys/health') ? { status: 200, body: { initialized: true } }
      : url!.endsWith('/login') ? { status: 400, body: { errors: ['error making upstream request: received error code 403'] } }
        : { status: 200, body: body && { ...body, data: data(url!) } });
    await handOverAws(address);
    expect(problems(await checkVault('--allow-insecure-address'))).toEqual(expected);
  });

  test('a server that takes no notice of namespaces', async () => {
    const { address } = await pretend(({ url }) => url!.startsWith('/v1/sys/health') ? { status: 200, body: { initialized: true } }
      : { status: 400, body: { errors: ['error making upstream request: received error code 403'] } });
    await handOverAws(address, { vault_namespace: 'team' });
    expect(problems(await check([STACK, '--allow-insecure-address']))).toContain(
      'finding namespace: the server takes no notice of namespaces, so team is not what is used',
    );
  });
});

describe('a store of this library without a role of AWS', () => {
  test.each([
    ['an AppRole', VaultAuthentication.appRole(), ['login', 'policy', 'KV mount']],
    ['a token', VaultAuthentication.token(), ['token', 'policy', 'KV mount']],
  ])('hands over %s that can work', async (_, authentication, checks) => {
    await deploy(authentication);
    const outcome = await checkVault();

    expect(outcome.results.slice(3).map(({ check: name }) => name)).toEqual(checks);
    expect(problems(outcome)).toEqual([]);
  });
});

describe('an AppRole', () => {
  async function makeAppRole(role: object = {}, secretId: object = {}) {
    await vault.call('POST', 'sys/auth/approle', { type: 'approle' });
    await vault.call('POST', 'sys/policies/acl/zenml', { policy: workspaceRules(KV) });
    await vault.call('POST', 'auth/approle/role/zenml', { token_policies: ['zenml'], ...role });
    await vault.call('POST', 'auth/approle/role/zenml/role-id', { role_id: `${CANARY}-role` });
    await vault.call('POST', 'auth/approle/role/zenml/custom-secret-id', { secret_id: `${CANARY}-secret`, ...secretId });
    await vault.call('POST', `sys/mounts/${KV}`, { type: 'kv', options: { version: '2' } });
    await handOver('app_role', { vault_addr: vault.address, app_role_id: `${CANARY}-role`, app_secret_id: `${CANARY}-secret` }, true);
  }

  const tokens = async () => (await vault.call('GET', 'auth/token/accessors?list=true')).body.data.keys.length;

  async function expectProblems(expected: unknown[]) {
    token = await makeToken(policyOfChecks('approle', 'zenml', KV));
    const count = await tokens();
    const outcome = await checkVault();
    expect(problems(outcome)).toEqual(expected);
    expect(outcome.said).not.toContain('canary');
    expect(await tokens()).toBe(count);
    return outcome;
  }

  test('that can work, and leaves no token behind', async () => {
    await makeAppRole();
    const { results } = await expectProblems([]);
    expect(results.slice(3).map(({ message }) => message)).toEqual([
      'auth/approle takes the role id and the secret id; the token has the policies default, zenml',
      `the token may do what ZenML does on ${KV}`,
      `${KV} is KV version 2`,
    ]);
  });

  test('without a token of ours, whether check-and-set is demanded is not known', async () => {
    await makeAppRole();
    expect(problems(await check([STACK, '--ca-file', vault.certificateAuthorityFile])))
      .toEqual([
        'not checked KV mount: whether it demands check-and-set is not known, '
        + 'as the environment has no VAULT_TOKEN, or its VAULT_ADDR is not this address',
      ]);
  });

  test('whose secret id is gone', async () => {
    await makeAppRole();
    await vault.call('POST', 'auth/approle/role/zenml/secret-id/destroy', { secret_id: `${CANARY}-secret` });
    await expectProblems(['finding login: auth/approle refuses the role id and the secret id: 400, invalid role or secret ID']);
  });

  test('whose tokens are good for a few uses, and may not ask what they may', async () => {
    await makeAppRole({ token_num_uses: 9, token_no_default_policy: true });
    await vault.call('POST', `${KV}/config`, { cas_required: true });
    token = await makeToken(policyOfChecks('approle', 'zenml', KV));
    expect(problems(await checkVault())).toEqual([
      'finding login: the token is good for 9 uses only, and ZenML does not log in again before its time',
      'not checked policy: Vault does not say what the token may (403)',
      `finding KV mount: ${KV} demands check-and-set, so that ZenML cannot change a secret`,
      expect.stringMatching(/^not checked login: the token of this check could not be revoked \(403\), and ends after \d+ seconds$/),
    ]);
  });

  test('whose tokens are batch tokens, without the rights', async () => {
    await makeAppRole({ token_type: 'batch', token_policies: [] });
    await expectProblems([
      expect.stringMatching(/^finding policy: the token lacks update on .*; delete on /), `finding KV mount: ${KV} is not there, or the token has no right on it`,
    ]);
  });
});

describe('a token', () => {
  async function handOverToken(options: object) {
    await vault.call('POST', 'sys/policies/acl/zenml', { policy: workspaceRules(KV) });
    await vault.call('POST', `sys/mounts/${KV}`, { type: 'kv', options: { version: '2' } });
    const id = `${CANARY}-${randomUUID()}`;
    expect(await vault.call('POST', 'auth/token/create', { id, policies: ['zenml'], ...options })).toMatchObject({ status: 200 });
    await handOver('token', { vault_addr: vault.address, vault_token: id }, true);
    return id;
  }

  test.each([
    ['of a long life', { ttl: '767h', no_parent: true }, /^it ends at \S+, and ZenML does not renew it: hand over another before \(an orphan, policies default, zenml\)$/, 'ok'],
    ['of a short life', { ttl: '24h' }, /^it ends at \S+, and ZenML does not renew it \(a child, which goes with its parent, policies default, zenml\)$/, 'finding'],
    ['that is periodic', { period: '24h', no_parent: true }, /^it ends at \S+, and ZenML does not renew it \(an orphan/, 'finding'],
    ['of few uses', { num_uses: 50 }, /^it is good for \d+ more uses only$/, 'finding'],
    ['of root', { policies: ['root'] }, /^it is a root token/, 'finding'],
  ])('%s', async (_, options, message, status) => {
    await handOverToken(options);
    const outcome = await checkVault();
    expect(outcome.results.find(({ check: name }) => name === 'token')).toMatchObject({ message: expect.stringMatching(message), status });
    expect(outcome.said).not.toContain('canary');
  });

  test('that was revoked', async () => {
    await vault.call('POST', 'auth/token/revoke', { token: await handOverToken({}) });
    expect(problems(await checkVault())).toEqual([`finding token: Vault does not know the token: 403, ${vaultServer().unknownToken}`]);
  });
});
