// A TLS proxy on loopback between the clients and the local Azure. It writes each exchange as a JSON line, without
// credentials, so that what is judged is what went over the wire, whoever sent it.
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import https from 'node:https';
import { dirname, join, resolve } from 'node:path';
import { run } from './localazure.mjs';

const secretMembers = /"(primaryKey|secondaryKey|sharedAccessKey|connectionString|client_secret|access_token|refresh_token|id_token|device_code)"\s*:\s*"[^"]*"/gi;
const redacted = (text) => text.replace(secretMembers, '"$1":"UkVEQUNURUQ="').replace(/((?:client_secret|refresh_token|device_code|code|code_verifier)=)[^&]*/g, '$1redacted');

async function collect(stream) {
    const parts = [];
    for await (const part of stream)
        parts.push(part);
    return Buffer.concat(parts);
}

async function makeCertificate(folder) {
    const [key, cert] = [join(folder, 'recorder.key'), join(folder, 'recorder.pem')];
    const names = ['*.azure-devices.net', '*.azure-devices-provisioning.net', 'management.azure.com',
        'login.microsoftonline.com', 'simulator', 'localhost'].map((name) => `DNS:${name}`);
    const code = await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
        '-days', '2', '-subj', '/CN=Recorder', '-keyout', key, '-out', cert,
        '-addext', `subjectAltName=${names.join(',')},IP:127.0.0.1`], { stdio: 'ignore' });
    if (code !== 0)
        throw new Error('The recorder needs the program openssl to make its certificate.');
    return { key, cert };
}

/// Listens, and writes an endpoints file that leads clients through the recorder.
export async function startRecorder({ folder, endpointsFile, recordedEndpointsFile, recordFile }) {
    const endpoints = JSON.parse(readFileSync(endpointsFile, 'utf8'));
    const [host, port] = endpoints.redirect.split(':');
    const ca = readFileSync(resolve(dirname(endpointsFile), endpoints.caFile));
    const agent = new https.Agent({ keepAlive: true, maxSockets: 64 });
    const record = createWriteStream(recordFile);
    const { key, cert } = await makeCertificate(folder);

    const forward = async (request, response) => {
        const requestBody = await collect(request);
        const name = (request.headers.host ?? '').replace(/:\d+$/, '');
        const onward = https.request({ host, port, ca, agent, servername: name, method: request.method,
            path: request.url, headers: request.headers });
        onward.end(requestBody);
        const [answer] = await once(onward, 'response');
        const answerBody = await collect(answer);
        response.writeHead(answer.statusCode, answer.rawHeaders);
        response.end(answerBody);
        const { authorization, ...requestHeaders } = request.headers;
        record.write(JSON.stringify({
            from: request.headers['user-agent'] ?? '', verb: request.method, host: name, path: request.url,
            requestHeaders, requestBody: redacted(requestBody.toString()),
            status: answer.statusCode, headers: answer.headers, body: redacted(answerBody.toString()),
        }) + '\n');
    };
    const server = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) },
        (request, response) => forward(request, response).catch(() => response.destroy()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    writeFileSync(recordedEndpointsFile, JSON.stringify(
        { ...endpoints, redirect: `127.0.0.1:${server.address().port}`, caFile: cert }, null, 2), { mode: 0o600 });
    return {
        async stop() {
            server.closeAllConnections();
            server.close();
            agent.destroy();
            record.end();
            await once(record, 'finish');
        },
    };
}
