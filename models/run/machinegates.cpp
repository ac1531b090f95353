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

} // namespace

void RunMachine::openWave(int wave)
{
    m_wave = wave;
    m_snapshotDue = true;
    m_snapshotTaken = false;
    m_lastAsked = m_now;
    m_soakUntil.reset();
    m_limitsLookedAt = 0;
    m_probing = false;
    say(RunEvent::Tone::Neutral,
        u"Wave %1 of %2: %3."_s.arg(wave + 1)
            .arg(m_waves.size())
            .arg(counted(m_waves[static_cast<size_t>(wave)].devices, u"device")));
}

bool RunMachine::isWritten() const
{
    return m_snapshotTaken && m_writeQueue.empty() && m_readQueue.empty() && m_writing == 0 && m_reading == 0;
}

bool RunMachine::waveIsAsked() const
{
    return isWritten() && !isTelling();
}

bool RunMachine::onlyWaits() const
{
    return isAsked() && m_settled + of(m_counts, DeviceState::Waiting) == deviceCount();
}

std::optional<Instant> RunMachine::gateDeadline() const
{
    // Who cannot be told by a hub that is away comes when it gives up on it.
    if (m_wave < 0 || !(evacuates() ? isWritten() : waveIsAsked()) || m_waves[static_cast<size_t>(m_wave)].verdict != WaveStatus::Verdict::Open)
        return std::nullopt;
    return m_lastAsked + m_plan.waves[static_cast<size_t>(m_wave)].gate.within;
}

/// How many of a wave must be online for its gate to mean anything.
int RunMachine::minimumSample(int devices) const
{
    const int asked = m_plan.waves[static_cast<size_t>(m_wave)].gate.sample;
    return std::min(devices, asked > 0 ? asked : std::max(5, devices / 2));
}

/// The first kind of failure that the gate does not take, in words.
QString RunMachine::brokenLimit()
{
    const plan::Gate &gate = m_plan.waves[static_cast<size_t>(m_wave)].gate;
    const int failed = of(m_waves[static_cast<size_t>(m_wave)].counts, DeviceState::Failed);
    if (gate.limits.empty() || std::exchange(m_limitsLookedAt, failed) == failed)
        return {};
    for (const plan::FailureLimit &limit : gate.limits) {
        std::vector<DeviceIndex> those;
        std::ranges::copy_if(m_devicesOf[static_cast<size_t>(m_wave)], std::back_inserter(those), [&](DeviceIndex device) {
            return state(device) == DeviceState::Failed && reasonOf(device).contains(limit.cause, Qt::CaseInsensitive);
        });
        if (static_cast<int>(those.size()) > limit.most)
            return u"%1 failed with \"%2\" in the cause, %3 taken, the first is %4 (%5)"_s.arg(
                counted(std::ssize(those), u"device"), limit.cause,
                limit.most == 0 ? u"none is"_s : limit.most == 1 ? u"1 is"_s : u"%1 are"_s.arg(grouped(limit.most)),
                planned(those.front()).registrationId, reasonOf(those.front()));
    }
    return {};
}

void RunMachine::tryGate()
{
    if (atRest() || m_wave < 0 || !m_snapshotTaken
        || m_waves[static_cast<size_t>(m_wave)].verdict != WaveStatus::Verdict::Open)
        return;
    if (const QString broken = brokenLimit(); !broken.isEmpty())
        return closeWave(WaveStatus::Verdict::Fail, broken);
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
    const std::optional<Instant> deadline = gateDeadline();
    const bool isTime = deadline && isLate(*deadline) && !holdsBack();
    // Behind the last gate nothing waits: let it tell the whole wave.
    if (enough && (mayGoOn() || verified + failed == online || isTime)) {
        if (!m_soakUntil)
            m_soakUntil = m_now + (isTime ? Duration() : gate.soak);
        m_phase = Phase::Gate;
        return passGate();
    }
    m_soakUntil.reset();
    m_phase = Phase::Running;
    if (isTime)
        closeWave(failed > mayFail * online + hair ? WaveStatus::Verdict::Fail : WaveStatus::Verdict::Inconclusive);
}

/// The devices do well: now their soak time, and the probe where somebody gave one.
void RunMachine::passGate()
{
    const std::optional<ProbeAnswered> &probe = m_waves[static_cast<size_t>(m_wave)].probe;
    if (m_probes && !probe) {
        if (!std::exchange(m_probing, true))
            m_probeDue = true;
        return;
    }
    if (m_probes && probe->verdict != ProbeVerdict::Pass) {
        return closeWave(probe->verdict == ProbeVerdict::Fail ? WaveStatus::Verdict::Fail : WaveStatus::Verdict::Inconclusive,
            probe->evidence);
    }
    if (isLate(*m_soakUntil) && !m_blindSince)
        closeWave(WaveStatus::Verdict::Pass, m_probes ? probe->evidence : QString());
}

void RunMachine::apply(const ProbeGiven &event)
{
    if (std::exchange(m_probes, event.asked) != event.asked)
        say(RunEvent::Tone::Neutral,
            event.asked ? u"A probe is asked after each wave."_s : u"No probe is asked any more: gates go by the devices alone."_s);
}

void RunMachine::apply(const ProbeAnswered &event)
{
    m_probing = false;
    if (event.wave >= 0 && event.wave < static_cast<qint32>(m_waves.size()))
        m_waves[static_cast<size_t>(event.wave)].probe = event;
}

/// A device that is assigned must connect; from when on it is late is looked at by a timer.
void RunMachine::watchConnecting(DeviceIndex index)
{
    Device &device = at(index);
    const Duration within = m_plan.waves[static_cast<size_t>(planned(index).wave)].gate.connectWithin;
    if (within <= Duration::zero() || device.state != DeviceState::Assigned) {
        device.assignedAt = {};
        return;
    }
    if (device.assignedAt == Instant{})
        device.assignedAt = m_now;
    m_timers.push({.at = device.assignedAt + within, .device = index});
}

bool RunMachine::isLateToConnect(DeviceIndex index) const
{
    const Device &device = at(index);
    return device.state == DeviceState::Assigned && device.assignedAt != Instant{}
        && isLate(device.assignedAt + m_plan.waves[static_cast<size_t>(planned(index).wave)].gate.connectWithin);
}

void RunMachine::closeWave(WaveStatus::Verdict verdict, const QString &why)
{
    WaveState &wave = m_waves[static_cast<size_t>(m_wave)];
    const auto tell = [&](DeviceState state) { return grouped(of(wave.counts, state)); };
    const int under = wave.devices - of(wave.counts, DeviceState::Verified) - of(wave.counts, DeviceState::Failed)
        - of(wave.counts, DeviceState::Waiting) - of(wave.counts, DeviceState::Skipped)
        - of(wave.counts, DeviceState::Undone);
    const int counting = wave.devices - of(wave.counts, DeviceState::Waiting) - of(wave.counts, DeviceState::Skipped)
        - of(wave.counts, DeviceState::Undone);
    const int leftOut = of(wave.counts, DeviceState::Skipped);
    const QString numbers = u"%1 of %2 verified, %3 failed, %4 offline, %5 under way; wanted %6 %%7%8%9"_s.arg(
        tell(DeviceState::Verified), grouped(wave.devices), tell(DeviceState::Failed), tell(DeviceState::Waiting),
        grouped(under), QString::number(m_plan.waves[static_cast<size_t>(m_wave)].gate.success * 100),
        counting == wave.devices ? QString() : u" of the other %1"_s.arg(grouped(counting)),
        leftOut == 0 ? QString() : u"; %1 left out"_s.arg(grouped(leftOut)),
        m_blindSince ? u"; nobody can be seen leaving a source that does not answer"_s : QString());
    wave.verdict = verdict;
    wave.closed = m_now;
    m_soakUntil.reset();
    m_phase = Phase::Running;
    const bool pass = verdict == WaveStatus::Verdict::Pass;
    const QString name = pass ? u"passed"_s : verdict == WaveStatus::Verdict::Fail ? u"failed"_s : u"is inconclusive"_s;
    wave.sentence = u"Gate %1 %2: %3."_s.arg(m_wave + 1).arg(name, why.isEmpty() ? numbers : why + u"; "_s + numbers);
    say(pass ? RunEvent::Tone::Good : RunEvent::Tone::Warn, wave.sentence);
    if (pass && mayGoOn())
        return openWave(m_wave + 1);
    // The last wave has nothing behind it, but what a gate does not take is no reason to tell its other devices.
    if (pass || (!mayGoOn() && (why.isEmpty() || m_settled == deviceCount())))
        return;
    rest(Phase::Paused,
        u"%1 Resume goes on %2 all the same; stop ends here."_s.arg(
            wave.sentence, mayGoOn() ? u"with the next wave"_s : u"with the rest of this wave"_s),
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
    for (DeviceIndex index = 0; index < deviceCount(); ++index) {
        const Device &device = at(index);
        if (device.state != DeviceState::Failed || device.cause < 0)
            continue;
        FailureCause &cause = causes[static_cast<size_t>(device.cause)];
        ++cause.devices;
        if (cause.example.isEmpty() && device.note != 0)
            cause.example = u"%1: %2"_s.arg(planned(index).deviceId, m_words.text(device.note));
    }
    std::erase_if(causes, [](const FailureCause &cause) { return cause.devices == 0; });
    std::ranges::sort(causes, [](const FailureCause &a, const FailureCause &b) {
        return std::tie(b.devices, a.cause) < std::tie(a.devices, b.cause);
    });
    return causes;
}

} // namespace drover::run
