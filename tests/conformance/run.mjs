// node run.mjs install|clients|openapi --work DIR [--azure FILE] [--cli FILE] [--console FILE] [--openapi DIR]
//   install: puts the packages of package-lock.json into DIR, unless they are there
//   clients: Microsoft's clients against a fresh local Azure, and the table of the contract's routes that they called
//   openapi: the same clients, droverctl and the console through a recorder; the record is judged by Microsoft's OpenAPI files
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { judgeCoverage } from './coverage.mjs';
import { run, startLocalAzure, told } from './localazure.mjs';
import { startRecorder } from './recorder.mjs';

const source = dirname(fileURLToPath(import.meta.url));
const skipped = 77;
const names = ['work', 'azure', 'cli', 'console', 'openapi'];
const { values, positionals: [mode] } = parseArgs({
    allowPositionals: true, options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
});
const work = resolve(values.work);

function fail(sentence, code = 1) {
    console.error(sentence);
    process.exit(code);
}

/// The packages live in the build folder, so the tests run from a copy beside them.
async function install() {
    mkdirSync(work, { recursive: true });
    for (const name of readdirSync(source).filter((file) => /\.(mjs|json)$/.test(file)))
        cpSync(join(source, name), join(work, name));
    const stamp = join(work, 'node_modules', '.installed');
    const lock = readFileSync(join(source, 'package-lock.json'), 'utf8');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock)
        return 0;
    const code = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: work });
    if (code === 0)
        writeFileSync(stamp, lock);
    return code;
}

/// Runs the tests in processes that trust and reach the endpoints of the file.
async function clients(endpointsFile, kind = '.test.mjs') {
    const { caFile } = JSON.parse(readFileSync(endpointsFile, 'utf8'));
    const tests = readdirSync(work).filter((file) => file.endsWith(kind)).sort();
    // Debian's and Ubuntu's Node 18 do not know these two.
    const pace = Number(process.versions.node.split('.')[0]) < 20 ? [] : ['--test-concurrency=9', '--test-timeout=30000'];
    return run(process.execPath, ['--no-deprecation', '--import', './redirect.mjs', '--test', ...pace, ...tests], {
        cwd: work,
        env: { ...process.env, DROVER_ENDPOINTS: endpointsFile, NODE_EXTRA_CA_CERTS: resolve(dirname(endpointsFile), caFile) },
    });
}

/// What droverctl is asked to do while it is recorded: a whole group, and some members split out of theirs.
async function droverctl(endpointsFile, folder) {
    const members = join(folder, 'members.csv');
    const ids = Array.from({ length: 300 }, (_, n) => `meter-${String(n + 1).padStart(4, '0')}`);
    writeFileSync(members, `deviceId\n${ids.join('\n')}\n`);
    for (const [set, stamp] of [['group:meters', 'beta'], [`file:${members}`, 'gamma']]) {
        const plan = join(folder, `to-${stamp}.plan`);
        const common = ['--endpoints', endpointsFile, '--journal', join(folder, 'journal.db')];
        for (const args of [['plan', '--set', set, '--to', stamp, '-o', plan], ['run', plan, '--yes']]) {
            const code = await run(values.cli, [...common, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
            if (code !== 0) {
                console.error(`droverctl ${args[0]} of ${set} to ${stamp} ended with ${code}.`);
                return code;
            }
        }
    }
    return 0;
}

/// The console takes a run over that droverctl began and left, looks at the fleet and sees all enrollments through.
async function drover(endpointsFile, folder) {
    const plan = join(folder, 'valves.plan');
    const common = ['--endpoints', endpointsFile, '--journal', join(folder, 'journal.db')];
    const ended = await run(values.cli, ['plan', '--set', "where:STARTSWITH(deviceId,'valve-')", '--to', 'beta', '-o', plan, ...common],
        { stdio: ['ignore', 'ignore', 'inherit'] });
    if (ended !== 0)
        return ended;
    const starter = spawn(values.cli, ['run', plan, '--yes', ...common], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface({ input: starter.stdout }), 'line');
    starter.kill('SIGKILL');
    await once(starter, 'close');
    const id = line.split(' ')[1];
    const console_ = spawn(values.console, ['--resume', id, ...common], { stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, QT_QPA_PLATFORM: 'offscreen', XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder } });
    const closed = once(console_, 'close');
    const deadline = Date.now() + 120000;
    while (!JSON.parse(await told(values.cli, ['report', id, '--json', ...common])).ended) {
        if (console_.exitCode !== null || Date.now() > deadline) {
            console.error('The console did not see the run to its end.');
            console_.kill('SIGKILL');
            return 1;
        }
        await pause(300);
    }
    console_.kill('SIGTERM');
    const [code] = await closed;
    return code;
}

/// The tests, and then what they left of the contract uncalled.
async function clientsAndCoverage(folder, endpointsFile) {
    const code = await clients(endpointsFile);
    return await judgeCoverage(endpointsFile, work) ? code : code || 1;
}

/// What the real limits do to a client: the clock does not run faster here, or nothing would reach them.
const clientsAtTheirLimits = (folder, endpointsFile) => clients(endpointsFile, '.limits.mjs');

async function withLocalAzure(use, speed) {
    const folder = mkdtempSync(join(work, 'run-'));
    const endpointsFile = join(folder, 'endpoints.json');
    const azure = await startLocalAzure(values.azure, endpointsFile, speed);
    try {
        return await use(folder, endpointsFile);
    } finally {
        await azure.stop();
        rmSync(folder, { recursive: true });
    }
}

async function openapi(folder, endpointsFile) {
    const recordFile = join(work, 'record.jsonl');
    const recordedEndpointsFile = join(folder, 'recorded.json');
    const recorder = await startRecorder({ folder, endpointsFile, recordedEndpointsFile, recordFile });
    let code;
    try {
        code = await clients(recordedEndpointsFile) || await droverctl(recordedEndpointsFile, folder) || await drover(recordedEndpointsFile, folder);
    } finally {
        await recorder.stop();
    }
    return code || run(process.execPath, ['judge.mjs', recordFile, values.openapi], { cwd: work });
}

if (mode === 'openapi' && !existsSync(values.openapi ?? ''))
    fail(`Microsoft's OpenAPI files are not at ${values.openapi}: nothing can be judged, the test is skipped.`, skipped);
if (mode !== 'install' && !existsSync(values.azure ?? ''))
    fail(`There is no drover-azure at ${values.azure}: build the target drover-azure first.`);
for (const [name, program] of [['cli', 'droverctl'], ['console', 'drover']])
    if (mode === 'openapi' && !existsSync(values[name] ?? ''))
        fail(`There is no ${program} at ${values[name]}: build the target ${program} first.`);
const modes = { install, clients: async () => await withLocalAzure(clientsAndCoverage) || withLocalAzure(clientsAtTheirLimits, 1), openapi: () => withLocalAzure(openapi) };
if (!modes[mode])
    fail('Say what to do: install, clients or openapi.');
process.exitCode = await modes[mode]() === 0 ? 0 : 1;
