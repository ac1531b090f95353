#include "models/run/runmachine.h"

#include "models/run/words.h"

using namespace Qt::StringLiterals;

// Waves and the verdict after each.
namespace drover::run {
namespace {

constexpr double hair = 1e-9;

int of(const Counts &counts, DeviceState state)
{
    return counts[static_cast<size_t>(state)];
}

/// How many of a wave must be online for its gate to mean anything.
int minimumSample(int devices)
{
    return std::min(devices, std::max(5, devices / 2));
}

} // namespace

void RunMachine::openWave(int wave)
{
    m_wave = wave;
    m_snapshotDue = true;
    m_snapshotTaken = false;
    m_lastAsked = m_now;
    m_soakUntil.reset();
    say(RunEvent::Tone::Neutral,
        u"Wave %1 of %2: %3."_s.arg(wave + 1)
            .arg(m_waves.size())
            .arg(counted(m_waves[static_cast<size_t>(wave)].devices, u"device")));
}

bool RunMachine::waveIsAsked() const
{
    return m_snapshotTaken && m_writeQueue.empty() && m_readQueue.empty() && m_writing == 0 && m_reading == 0
        && !isTelling();
}

bool RunMachine::onlyWaits() const
{
    return isAsked() && m_settled + of(m_counts, DeviceState::Waiting) == deviceCount();
}

std::optional<Instant> RunMachine::gateDeadline() const
{
    if (m_wave < 0 || !waveIsAsked() || m_waves[static_cast<size_t>(m_wave)].verdict != WaveStatus::Verdict::Open)
        return std::nullopt;
    return m_lastAsked + m_plan.waves[static_cast<size_t>(m_wave)].gate.within;
}

void RunMachine::tryGate()
{
    if (atRest() || m_wave < 0 || !m_snapshotTaken
        || m_waves[static_cast<size_t>(m_wave)].verdict != WaveStatus::Verdict::Open)
        return;
    const WaveState &wave = m_waves[static_cast<size_t>(m_wave)];
    const plan::Gate &gate = m_plan.waves[static_cast<size_t>(m_wave)].gate;
    const int all = wave.devices - of(wave.counts, DeviceState::Skipped) - of(wave.counts, DeviceState::Undone);
    const int online = all - of(wave.counts, DeviceState::Waiting);
    const int verified = of(wave.counts, DeviceState::Verified);
    const int failed = of(wave.counts, DeviceState::Failed);
    const double mayFail = 1 - gate.success;
    if (failed > mayFail * all + hair && (mayGoOn() || verified + failed == all))
        return closeWave(WaveStatus::Verdict::Fail);
    const bool enough = verified >= gate.success * online - hair && online >= minimumSample(all);
    // Behind the last gate nothing waits: let it tell the whole wave.
    if (enough && (mayGoOn() || verified + failed == online)) {
        if (!m_soakUntil)
            m_soakUntil = m_now + gate.soak;
        m_phase = Phase::Gate;
        if (isLate(*m_soakUntil))
            closeWave(WaveStatus::Verdict::Pass);
        return;
    }
    m_soakUntil.reset();
    m_phase = Phase::Running;
    const std::optional<Instant> deadline = gateDeadline();
    if (!deadline || !isLate(*deadline))
        return;
    if (enough)
        return closeWave(WaveStatus::Verdict::Pass);
    closeWave(failed > mayFail * online + hair ? WaveStatus::Verdict::Fail : WaveStatus::Verdict::Inconclusive);
}

void RunMachine::closeWave(WaveStatus::Verdict verdict)
{
    WaveState &wave = m_waves[static_cast<size_t>(m_wave)];
    const auto tell = [&](DeviceState state) { return grouped(of(wave.counts, state)); };
    const int under = wave.devices - of(wave.counts, DeviceState::Verified) - of(wave.counts, DeviceState::Failed)
        - of(wave.counts, DeviceState::Waiting) - of(wave.counts, DeviceState::Skipped)
        - of(wave.counts, DeviceState::Undone);
    const QString numbers = u"%1 of %2 verified, %3 failed, %4 offline, %5 under way; wanted %6 %"_s.arg(
        tell(DeviceState::Verified), grouped(wave.devices), tell(DeviceState::Failed), tell(DeviceState::Waiting),
        grouped(under), QString::number(m_plan.waves[static_cast<size_t>(m_wave)].gate.success * 100));
    wave.verdict = verdict;
    wave.closed = m_now;
    m_soakUntil.reset();
    m_phase = Phase::Running;
    const bool pass = verdict == WaveStatus::Verdict::Pass;
    const QString name = pass ? u"passed"_s : verdict == WaveStatus::Verdict::Fail ? u"failed"_s : u"is inconclusive"_s;
    wave.sentence = u"Gate %1 %2: %3."_s.arg(m_wave + 1).arg(name, numbers);
    say(pass ? RunEvent::Tone::Good : RunEvent::Tone::Warn, wave.sentence);
    if (!mayGoOn())
        return;
    if (pass)
        return openWave(m_wave + 1);
    rest(Phase::Paused, u"%1 Resume goes on with the next wave all the same; stop ends here."_s.arg(wave.sentence),
        RunEvent::Tone::Warn);
}

std::vector<WaveStatus> RunMachine::waves() const
{
    std::vector<WaveStatus> told;
    for (const WaveState &wave : m_waves) {
        told.push_back({.devices = wave.devices,
            .counts = wave.counts,
            .verdict = wave.verdict,
            .closed = wave.closed,
            .sentence = wave.sentence});
    }
    return told;
}

std::vector<FailureCause> RunMachine::failures() const
{
    std::vector<FailureCause> causes = m_causes;
    for (const Device &device : m_devices) {
        if (device.state == DeviceState::Failed && device.cause >= 0)
            ++causes[static_cast<size_t>(device.cause)].devices;
    }
    std::erase_if(causes, [](const FailureCause &cause) { return cause.devices == 0; });
    std::ranges::sort(causes, [](const FailureCause &a, const FailureCause &b) {
        return std::tie(b.devices, a.cause) < std::tie(a.devices, b.cause);
    });
    return causes;
}

} // namespace drover::run
