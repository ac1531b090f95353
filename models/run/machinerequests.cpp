#include "models/run/runmachine.h"

#include "models/run/words.h"

#include <QHash>

using namespace Qt::StringLiterals;

// What a person asks of a run while it goes on, or after: another pace, failed devices again, devices left out.
namespace drover::run {

void RunMachine::apply(const PaceAsked &event)
{
    m_options.triggersPerMinute = std::clamp(event.share, 0.01, 1.0) * m_options.registrationsPerMinute;
    // Saved up at the old pace.
    m_allowance = std::min(m_allowance, burst());
    say(RunEvent::Tone::Neutral,
        u"Pace: %1 % of the registrations that DPS allows, %2 a minute."_s.arg(pace() * 100, 0, 'g', 3)
            .arg(grouped(static_cast<qint64>(m_options.triggersPerMinute))));
}

void RunMachine::apply(const Shared &event)
{
    if (m_sharers == event.runs)
        return;
    m_sharers = event.runs;
    m_allowance = std::min(m_allowance, burst());
    say(RunEvent::Tone::Neutral,
        m_sharers == 1 ? u"No other run of this journal uses the provisioning service: its whole budget is this run's."_s
                       : u"%1 runs of this journal use the provisioning service: each takes its part of the budget."_s.arg(m_sharers));
}

void RunMachine::apply(const RetryAsked &event)
{
    if (m_phase == Phase::Planned || m_phase == Phase::Stopping || m_phase == Phase::Stopped)
        return;
    if (atRest()) {
        revive();
        m_phase = m_wave == 0 && !m_snapshotTaken ? Phase::Snapshot : Phase::Running;
        m_snapshotDue = !m_snapshotTaken;
        WaveState &wave = m_waves[static_cast<size_t>(std::max(m_wave, 0))];
        // A gate that did not pass judges anew; those behind the last one are told by the end of the run.
        if (wave.verdict != WaveStatus::Verdict::Pass && mayGoOn()) {
            wave.verdict = WaveStatus::Verdict::Open;
            wave.closed.reset();
            wave.sentence.clear();
            wave.probe.reset();
        }
        m_lastAsked = m_now;
    }
    m_retriedAt = m_eventAt;
    int again = 0;
    for (const DeviceIndex device : event.devices) {
        if (!knows(device) || at(device).state != DeviceState::Failed)
            continue;
        ++again;
        tryAgain(device);
    }
    say(RunEvent::Tone::Neutral, u"Tried again: %1."_s.arg(counted(again, u"failed device")));
}

/// What failed is forgotten, what was written is not: an enrollment that was refused is read before anything else.
void RunMachine::tryAgain(DeviceIndex index)
{
    Device &device = at(index);
    device.cause = -1;
    device.note = {};
    device.settledForGood = false;
    device.asked = false;
    device.tries = 0;
    device.refusals = 0;
    device.means = 0;
    device.roamed = false;
    device.retryAt = {};
    device.deadline = {};
    if (device.facts.twin == Sighting::Twin::Differs)
        device.facts.twin = Sighting::Twin::Unknown;
    if (device.facts.registration == Sighting::Registration::Failed
        || device.facts.registration == Sighting::Registration::Disabled)
        device.facts.registration = Sighting::Registration::Elsewhere;
    const StepIndex first = planned(index).step;
    for (const StepIndex step : {first, m_steps[static_cast<size_t>(first)].then}) {
        if (step < 0 || !has(step, StepState::Failed))
            continue;
        m_steps[static_cast<size_t>(step)].state = StepState::Unknown;
        m_steps[static_cast<size_t>(step)].silent = 0;
        m_steps[static_cast<size_t>(step)].notBefore = {};
        m_readQueue.push_back(step);
        m_handing += handsBack(step) ? 1 : 0;
    }
    setState(index, stepIsDone(index) ? DeviceState::Enrolled : DeviceState::Planned);
    if (!stepIsDone(index))
        return;
    judge(index);
    if (planned(index).wave <= m_wave)
        queueTrigger(index);
}

void RunMachine::apply(const SkipAsked &event)
{
    int skipped = 0;
    for (const DeviceIndex index : event.devices) {
        const bool open = knows(index) && (!isSettled(index) || at(index).state == DeviceState::Failed);
        if (!open)
            continue;
        Device &device = at(index);
        device.cause = -1;
        device.settledForGood = true;
        device.note = m_words.of(stepIsDone(index) ? u"left out by a person; its enrollment names the target all the same"_s
                                        : u"left out by a person"_s);
        setState(index, DeviceState::Skipped);
        ++skipped;
    }
    if (skipped > 0)
        say(RunEvent::Tone::Neutral, u"Left out by a person: %1."_s.arg(counted(skipped, u"device")));
}

std::vector<DeviceIndex> RunMachine::failedBecause(const QString &cause) const
{
    std::vector<DeviceIndex> devices;
    for (DeviceIndex index = 0; index < deviceCount(); ++index) {
        if (at(index).state == DeviceState::Failed && reasonOf(index).contains(cause, Qt::CaseInsensitive))
            devices.push_back(index);
    }
    return devices;
}

std::vector<DeviceIndex> RunMachine::named(const QStringList &ids) const
{
    QHash<QString, DeviceIndex> byRegistration;
    QHash<QString, DeviceIndex> byDevice;
    for (DeviceIndex index = 0; index < deviceCount(); ++index) {
        byRegistration.insert(planned(index).registrationId.toLower(), index);
        byDevice.insert(planned(index).deviceId, index);
    }
    std::vector<DeviceIndex> devices;
    for (const QString &id : ids) {
        const DeviceIndex device = byRegistration.value(id.toLower(), byDevice.value(id, -1));
        if (device < 0 || std::ranges::find(devices, device) == devices.end())
            devices.push_back(device);
    }
    return devices;
}

} // namespace drover::run
