// The certificate authorities of the provisioning service.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import armDps from '@azure/arm-deviceprovisioningservices';
import { arm, credential } from './arm.mjs';
import { body, dpsClient, refusal } from './azure.mjs';

const authorities = new armDps.IotDpsClient(credential, arm.subscriptionId).dpsCertificate;
const folder = mkdtempSync(join(tmpdir(), 'drover-ca-'));
const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
const pem = (name) => readFileSync(join(folder, `${name}.pem`));
const put = (name, isVerified) => authorities.createOrUpdate(arm.resourceGroup, arm.dpsName, name, { properties: { certificate: pem('root'), isVerified } });

before(() => openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=Conformance root',
    '-keyout', 'root.key', '-out', 'root.pem'));
after(() => rmSync(folder, { recursive: true }));

test('an authority is uploaded, proved to be held, and named by a group', async () => {
    const service = dpsClient();
    const group = { enrollmentGroupId: 'of-an-authority', attestation: { type: 'x509', x509: { caReferences: { primary: 'conformance-root' } } } };
    const made = await put('conformance-root');
    assert.deepEqual([made.properties.isVerified, made.properties.subject], [false, 'Conformance root']);
    assert.equal((await refusal(service.createOrUpdateEnrollmentGroup(group))).body.errorCode, 404211);

    const { etag, properties } = await authorities.generateVerificationCode('conformance-root', '*', arm.resourceGroup, arm.dpsName);
    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${properties.verificationCode}`, '-keyout', 'leaf.key', '-out', 'leaf.csr');
    openssl('x509', '-req', '-in', 'leaf.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '2', '-out', 'leaf.pem');
    const verified = await authorities.verifyCertificate('conformance-root', etag, arm.resourceGroup, arm.dpsName, { certificate: pem('leaf').toString() });
    assert.equal(verified.properties.isVerified, true);
    assert.equal((await body(service.createOrUpdateEnrollmentGroup(group))).enrollmentGroupId, 'of-an-authority');
    await service.deleteEnrollmentGroup('of-an-authority');

    const { value } = await authorities.list(arm.resourceGroup, arm.dpsName);
    assert.ok(value.some(({ name }) => name === 'conformance-root'));
    await assert.rejects(authorities.delete(arm.resourceGroup, 'c3RhbGU=', arm.dpsName, 'conformance-root'), { statusCode: 412 });
    await authorities.delete(arm.resourceGroup, verified.etag, arm.dpsName, 'conformance-root');
    await assert.rejects(authorities.get('conformance-root', arm.resourceGroup, arm.dpsName), { statusCode: 404 });
});
