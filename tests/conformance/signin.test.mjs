import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, test } from 'node:test';
import { AuthorizationCodeCredential, ClientSecretCredential, DeviceCodeCredential } from '@azure/identity';
import { PublicClientApplication } from '@azure/msal-node';
import provisioningService from 'azure-iot-provisioning-service';
import { body, endpoints } from './azure.mjs';
import { authority, browse, credential, entra, linkOf, send, sendJson, simulate, submit } from './arm.mjs';

const armScope = 'https://management.azure.com/.default';
const cli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const token = (fields, tenant = entra.tenantId) => submit(`${tenant}/oauth2/v2.0/token`, fields);
const deviceCode = async () => (await submit('organizations/oauth2/v2.0/devicecode', { client_id: cli, scope: `${armScope} openid offline_access` })).body;
const poll = ({ device_code }) => token({ grant_type: deviceGrant, client_id: cli, device_code }, 'organizations');
const claims = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
const approval = (wanted) => simulate('/_sim/signin', { approval: wanted });
const answer = ({ user_code }, wanted) => simulate(`/_sim/signin/${user_code}`, { answer: wanted });

after(() => approval('auto'));

test('the authority describes itself, and its keys verify what it signs', async () => {
    const { body: described } = await sendJson(`${entra.authorityHost}/${entra.tenantId}/v2.0/.well-known/openid-configuration`);
    assert.equal(described.issuer, `${entra.authorityHost}/${entra.tenantId}/v2.0`);
    const { body: { keys } } = await sendJson(described.jwks_uri);
    const jwt = (await credential.getToken(armScope)).token;
    const [header, content, signature] = jwt.split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url'));
    const key = createPublicKey({ key: keys.find((known) => known.kid === kid), format: 'jwk' });
    assert.ok(verify('RSA-SHA256', Buffer.from(`${header}.${content}`), key, Buffer.from(signature, 'base64url')));
    const { body: { metadata } } = await sendJson(`${entra.authorityHost}/common/discovery/instance?api-version=1.1`
        + `&authorization_endpoint=${encodeURIComponent(`${entra.authorityHost}/common/oauth2/v2.0/authorize`)}`);
    assert.deepEqual(metadata[0].aliases, ['login.microsoftonline.com']);
});

test('a service principal gets a token that says who it is and ends', async () => {
    const { token: jwt, expiresOnTimestamp } = await credential.getToken('https://iothubs.azure.net/.default');
    const said = claims(jwt);
    assert.deepEqual([said.aud, said.tid, said.appid, said.idtyp], ['https://iothubs.azure.net', entra.tenantId, entra.clientId, 'app']);
    assert.ok(said.nbf * 1000 <= Date.now() && said.exp * 1000 > Date.now());
    assert.ok(Math.abs(expiresOnTimestamp - said.exp * 1000) < 5000);
});

test('who is not known is told so in the words of AADSTS', async () => {
    const with_ = (tenant, client, secret) => new ClientSecretCredential(tenant, client, secret, authority).getToken(armScope);
    await assert.rejects(with_(entra.tenantId, entra.clientId, 'wrong'), /AADSTS7000215/);
    await assert.rejects(with_(entra.tenantId, '55555555-5555-5555-5555-555555555555', entra.clientSecret), /AADSTS700016/);
    await assert.rejects(with_('66666666-6666-6666-6666-666666666666', entra.clientId, entra.clientSecret), /AADSTS90002|endpoints_resolution/);
    await assert.rejects(credential.getToken('https://nobody.example/.default'), /AADSTS500011/);
    const missing = await token({ client_id: entra.clientId });
    assert.deepEqual([missing.status, missing.body.error, missing.body.error_codes[0]], [400, 'invalid_request', 900144]);
    const strange = await token({ client_id: entra.clientId, grant_type: 'guess' });
    assert.deepEqual([strange.status, strange.body.error], [400, 'unsupported_grant_type']);
    const bare = await token({ client_id: entra.clientId, grant_type: 'client_credentials', scope: armScope });
    assert.deepEqual([bare.status, bare.body.error], [401, 'invalid_client']);
    assert.ok(bare.body.trace_id && bare.body.correlation_id && bare.body.timestamp);
});

test('a person signs in by device code, and one sign-in serves every plane', async () => {
    let told;
    const person = new DeviceCodeCredential({ tenantId: entra.tenantId, clientId: entra.clientId, ...authority,
        userPromptCallback: (info) => { told = info; } });
    assert.equal(claims((await person.getToken(armScope)).token).idtyp, 'user');
    assert.match(told.message, new RegExp(told.userCode));
    told = undefined;
    const service = provisioningService.ProvisioningServiceClient.fromTokenCredential(endpoints.dps.serviceHost, person);
    assert.equal((await body(service.getEnrollmentGroup('meters'))).enrollmentGroupId, 'meters');
    assert.equal(told, undefined, 'the second token must come from the refresh token');
});

test('a device code is pending until it is approved, and works once', async () => {
    await approval('manual');
    const code = await deviceCode();
    assert.ok(code.interval >= 1 && code.expires_in === 900 && code.verification_uri);
    const pending = await poll(code);
    assert.deepEqual([pending.status, pending.body.error, pending.body.error_codes[0]], [400, 'authorization_pending', 70016]);
    await answer(code, 'approve');
    const granted = await poll(code);
    assert.equal(granted.status, 200);
    assert.ok(granted.body.access_token && granted.body.refresh_token && granted.body.id_token && granted.body.client_info);
    assert.equal((await poll(code)).body.error, 'invalid_grant');

    const renewed = await token({ grant_type: 'refresh_token', client_id: cli, refresh_token: granted.body.refresh_token,
        scope: 'https://iothubs.azure.net/.default offline_access' }, 'organizations');
    assert.equal(claims(renewed.body.access_token).aud, 'https://iothubs.azure.net');
    assert.notEqual(renewed.body.refresh_token, granted.body.refresh_token);
    const foreign = await token({ grant_type: 'refresh_token', client_id: entra.clientId, refresh_token: granted.body.refresh_token, scope: armScope });
    assert.equal(foreign.body.error, 'invalid_grant');
});

test('a device code is declined, expires, or was never given', async () => {
    await approval('manual');
    const [declined, expired] = [await deviceCode(), await deviceCode()];
    await answer(declined, 'decline');
    await answer(expired, 'expire');
    assert.equal((await poll(declined)).body.error, 'authorization_declined');
    assert.equal((await poll(expired)).body.error, 'expired_token');
    assert.equal((await poll({ device_code: 'invented' })).body.error, 'bad_verification_code');
});

test('who polls too often is told to slow down', async () => {
    await approval('manual');
    const code = await deviceCode();
    const polls = await Promise.all(Array.from({ length: 20 }, () => poll(code)));
    const errors = polls.map((one) => one.body.error);
    assert.ok(errors.includes('slow_down'));
    assert.ok(errors.every((error) => error === 'slow_down' || error === 'authorization_pending'));
});

test('a person signs in with the browser, by code and PKCE, to a loopback address', async () => {
    await approval('auto');
    const application = new PublicClientApplication({ auth: { clientId: entra.clientId, authority: `${entra.authorityHost}/${entra.tenantId}` } });
    const signedIn = await application.acquireTokenInteractive({ scopes: ['https://management.azure.com/user_impersonation'],
        openBrowser: async (url) => { await browse(url); } });
    assert.equal(signedIn.account.username, 'operator@drover.example');
    assert.equal(claims(signedIn.accessToken).scp, 'user_impersonation');
    const silent = await application.acquireTokenSilent({ account: signedIn.account, scopes: ['https://azure-devices-provisioning.net/.default'] });
    assert.equal(claims(silent.accessToken).aud, 'https://azure-devices-provisioning.net');
    await simulate('/_sim/signin', undefined, 'DELETE');
    await assert.rejects(application.acquireTokenSilent({ account: signedIn.account, scopes: ['https://iothubs.azure.net/.default'], forceRefresh: true }),
        /invalid_grant/);
});

const redirectUri = 'http://localhost:4711/back';
const authorizeUrl = (more = {}) => `${entra.authorityHost}/${entra.tenantId}/oauth2/v2.0/authorize?${new URLSearchParams({ client_id: entra.clientId,
    response_type: 'code', redirect_uri: redirectUri, response_mode: 'query', scope: `${armScope} openid offline_access`, state: 'a b', ...more })}`;
const sentBack = async (url) => new URL((await send(url)).headers.location).searchParams;

test('an authorization code works once, and only with its verifier and address', async () => {
    await approval('auto');
    const first = await sentBack(authorizeUrl());
    assert.equal(first.get('state'), 'a b');
    const redeemed = new AuthorizationCodeCredential(entra.tenantId, entra.clientId, entra.clientSecret, first.get('code'), redirectUri, authority);
    assert.ok((await redeemed.getToken(armScope)).token);
    const redeem = (code, more) => token({ grant_type: 'authorization_code', client_id: entra.clientId, code, redirect_uri: redirectUri, scope: armScope, ...more });
    assert.match((await redeem(first.get('code'))).body.error_description, /^AADSTS54005/);

    const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
    const second = await sentBack(authorizeUrl(challenge));
    assert.match((await redeem(second.get('code'), { code_verifier: 'guess' })).body.error_description, /^AADSTS501481/);
    assert.match((await redeem(second.get('code'), { redirect_uri: 'http://localhost:1/' })).body.error_description, /^AADSTS500112/);
    const right = await redeem(second.get('code'), { code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' });
    assert.equal(right.status, 200);
});

test('a sign-in that goes wrong is sent back, or told on the page where that is not safe', async () => {
    const elsewhere = await send(authorizeUrl({ redirect_uri: 'https://evil.example/' }));
    assert.equal(elsewhere.status, 400);
    assert.match(elsewhere.text, /AADSTS50011/);
    assert.match((await send(authorizeUrl({ client_id: '<b>' }))).text, /AADSTS700016.*&lt;b&gt;/);
    assert.equal((await sentBack(authorizeUrl({ response_type: 'token' }))).get('error'), 'unsupported_response_type');
    await approval('manual');
    assert.equal((await sentBack(authorizeUrl({ prompt: 'none' }))).get('error'), 'login_required');
    const page = await send(authorizeUrl());
    assert.match(page.text, /operator@drover.example/);
    assert.equal((await sentBack(entra.authorityHost + linkOf(page, 'cancel'))).get('error'), 'access_denied');
    assert.ok((await sentBack(entra.authorityHost + linkOf(page, 'accept'))).get('code'));
});
